"""The addresses of the REST API, without trailing slashes: a client that posts must never be redirected."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from catalog.api import (
    certifying,
    classifying,
    curation,
    datasets,
    fields,
    protocol,
    rules_and_suggestions,
    search,
    tables,
    versions,
)
from definitions import api as definitions
from definitions import states_api as states
from feedback import api as feedback
from feedback import api_results
from harvest.api import facts, runs, sources
from lineage.api import impact, jobs, openlineage, received, stating
from permissions import api as permissions
from permissions import explain_api, people_api, roles_api, teams_api
from permissions.access_requests import api as requests
from permissions.accounts import api as accounts
from permissions.audit import api as audit
from permissions.exceptions import api as exceptions
from permissions.rules import api as rules
from permissions.sessions import api as sessions
from permissions.stewards import api as grants
from permissions.tabular import api as tables_out
from permissions.tokens import api as tokens
from permissions.webhooks import api as webhooks

# Swagger UI sets styles as it draws; nothing else of the site may.
docs = csp_update({"style-src": ["'self'", UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="api:schema"))

app_name = "api"
urlpatterns = [
    path("schema", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path("docs", login_not_required(docs), name="docs"),
    path("me", permissions.MeView.as_view(), name="me"),
    path("me/tokens", tokens.TokensView.as_view(), name="tokens"),
    path("me/tokens/<int:pk>", tokens.TokenView.as_view(), name="token"),
    path("me/sessions", sessions.SessionsView.as_view(), name="sessions"),
    path("me/sessions/end-others", sessions.EndOthersView.as_view(), name="sessions_end_others"),
    path("me/sessions/<int:pk>", sessions.SessionView.as_view(), name="session"),
    path("service-accounts", accounts.ServiceAccountsView.as_view(), name="service_accounts"),
    path("service-accounts/<str:username>", accounts.ServiceAccountView.as_view(), name="service_account"),
    path("service-accounts/<str:username>/tokens", tokens.ServiceTokensView.as_view(), name="service_account_tokens"),
    path("people", people_api.PeopleView.as_view(), name="people"),
    path("people/<str:username>", people_api.PersonView.as_view(), name="person"),
    path("teams", teams_api.TeamsView.as_view(), name="teams"),
    path("teams/<slug:slug>", teams_api.TeamView.as_view(), name="team"),
    path("teams/<slug:slug>/members", teams_api.TeamMembersView.as_view(), name="team_members"),
    path("teams/<slug:slug>/members/<str:username>", teams_api.TeamMemberView.as_view(), name="team_member"),
    path("roles", roles_api.RolesView.as_view(), name="roles"),
    path("roles/<int:pk>", roles_api.RoleView.as_view(), name="role"),
    path("grants", grants.GrantsView.as_view(), name="grants"),
    path("grants/<slug:kind>/<int:pk>", grants.GrantView.as_view(), name="grant"),
    path("webhooks", webhooks.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<int:pk>", webhooks.WebhookView.as_view(), name="webhook"),
    path("webhooks/<int:pk>/key", webhooks.WebhookKeyView.as_view(), name="webhook_key"),
    path("webhooks/<int:pk>/test", webhooks.WebhookTestView.as_view(), name="webhook_test"),
    path("webhooks/<int:pk>/deliveries", webhooks.DeliveriesView.as_view(), name="webhook_deliveries"),
    path("webhooks/<int:pk>/deliveries/<int:delivery>/replay", webhooks.ReplayView.as_view(), name="webhook_replay"),
    path("rules", rules.RulesView.as_view(), name="rules"),
    path("rules/preview", rules.PreviewView.as_view(), name="rule_preview"),
    path("rules/<int:pk>", rules.RuleView.as_view(), name="rule"),
    path("rules/<int:pk>/withdraw", rules.WithdrawView.as_view(), name="rule_withdraw"),
    path("access-requests", requests.AccessRequestsView.as_view(), name="access_requests"),
    path("access-requests/<int:pk>", requests.AccessRequestView.as_view(), name="access_request"),
    path("access-requests/<int:pk>/decide", requests.DecideView.as_view(), name="access_request_decide"),
    path("access-requests/<int:pk>/withdraw", requests.WithdrawView.as_view(), name="access_request_withdraw"),
    path("exceptions", exceptions.ExceptionsView.as_view(), name="exceptions"),
    path("exceptions/<int:pk>", exceptions.ExceptionView.as_view(), name="exception"),
    path("exceptions/<int:pk>/extend", exceptions.ExtendView.as_view(), name="exception_extend"),
    path("exceptions/<int:pk>/withdraw", exceptions.EndView.as_view(), name="exception_withdraw"),
    path("explain", explain_api.ExplainView.as_view(), name="explain"),
    path("explain/counts", explain_api.ExplainCountsView.as_view(), name="explain_counts"),
    path("explain/people", explain_api.ExplainPeopleView.as_view(), name="explain_people"),
    path("search", search.SearchView.as_view(), name="search"),
    path("suggest", search.SuggestView.as_view(), name="suggest"),
    path("datasets", datasets.DatasetsView.as_view(), name="datasets"),
    path("datasets/<int:pk>", datasets.DatasetView.as_view(), name="dataset"),
    path("datasets/<int:pk>/fields", fields.FieldsView.as_view(), name="fields"),
    path("datasets/<int:pk>/fields/<int:field_pk>", curation.FieldEditView.as_view(), name="field_edit"),
    path("datasets/<int:pk>/changes", curation.DatasetChangesView.as_view(), name="dataset_changes"),
    path("edits/<int:pk>", curation.EditView.as_view(), name="edit"),
    path("edits/<int:pk>/undo", curation.EditUndoView.as_view(), name="edit_undo"),
    path("datasets/<int:pk>/lineage", impact.LineageView.as_view(), name="dataset_lineage"),
    path("datasets/<int:pk>/upstream/<int:upstream>", stating.StatedView.as_view(), name="stated_upstream"),
    path("datasets/<int:pk>/lineage/count", impact.ReachView.as_view(), name="lineage_count"),
    path("datasets/<int:pk>/impact", impact.ImpactView.as_view(), name="impact"),
    path("jobs", jobs.JobsView.as_view(), name="jobs"),
    path("jobs/<int:pk>", jobs.JobView.as_view(), name="job"),
    path("impact", impact.ReviewView.as_view(), name="impact_of_sql"),
    path("datasets/<int:pk>/versions", versions.VersionsView.as_view(), name="versions"),
    path("datasets/<int:pk>/versions/<int:number>", versions.VersionView.as_view(), name="version"),
    path("datasets/by-key/<path:key>", datasets.DatasetByKeyView.as_view(), name="dataset_by_key"),
    path("classification-suggestions", classifying.SuggestionsView.as_view(), name="suggested_classes"),
    path("classification-decisions", classifying.DecisionsView.as_view(), name="decide_classes"),
    path("classification-decisions/<int:pk>/undo", classifying.UndoView.as_view(), name="undo_classes"),
    path("datasets/<int:pk>/certificate", certifying.CertificateView.as_view(), name="certificate"),
    path(
        "datasets/<int:pk>/certificate/withdraw",
        certifying.CertificateWithdrawView.as_view(),
        name="certificate_withdraw",
    ),
    path("metadata-rules", rules_and_suggestions.MetadataRulesView.as_view(), name="metadata_rules"),
    path("metadata-rules/<int:pk>/run", rules_and_suggestions.MetadataRuleRunView.as_view(), name="metadata_rule_run"),
    path("suggestions", rules_and_suggestions.FactSuggestionsView.as_view(), name="suggestions"),
    path("suggestions/<int:pk>", rules_and_suggestions.FactSuggestionView.as_view(), name="suggestion"),
    path("protocols", protocol.ProtocolsView.as_view(), name="protocols"),
    path("protocols/<int:pk>", protocol.ProtocolView.as_view(), name="protocol"),
    path("missing", protocol.MissingView.as_view(), name="missing"),
    path("sources", sources.SourcesView.as_view(), name="sources"),
    path("sources/<slug:slug>", sources.SourceView.as_view(), name="source"),
    path("sources/<slug:slug>/artifacts", facts.ArtifactsView.as_view(), name="source_artifacts"),
    path("facts", facts.FactsView.as_view(), name="facts"),
    path("sources/<slug:slug>/runs", runs.SourceRunsView.as_view(), name="source_runs"),
    path("runs", runs.AllRunsView.as_view(), name="runs"),
    path("runs/<int:pk>", runs.RunView.as_view(), name="run"),
    path("runs/<int:pk>/cancel", runs.CancelView.as_view(), name="run_cancel"),
    path("runs/<int:pk>/confirm", runs.ConfirmView.as_view(), name="run_confirm"),
    path("lineage", openlineage.EventView.as_view(), name="lineage"),
    path("lineage/batch", openlineage.BatchView.as_view(), name="lineage_batch"),
    path("lineage/events", received.ReceivedEventsView.as_view(), name="lineage_events"),
    path("lineage/events/<int:pk>", received.ReceivedEventView.as_view(), name="lineage_event"),
    path("workflows", states.WorkflowsView.as_view(), name="workflows"),
    path("workflows/<slug:slug>", states.WorkflowView.as_view(), name="workflow"),
    path("workflows/<slug:slug>/measures", states.MeasuresView.as_view(), name="workflow_measures"),
    path("tables", tables_out.TablesView.as_view(), name="tables"),
    path("tables/<slug:name>", tables.TableView.as_view(), name="table"),
    path("test-results", api_results.TestResultsView.as_view(), name="test_results"),
    path("tickets", feedback.TicketsView.as_view(), name="tickets"),
    path("tickets/<int:pk>", feedback.TicketView.as_view(), name="ticket"),
    path("tickets/<int:pk>/move", feedback.MoveView.as_view(), name="ticket_move"),
    path("tickets/<int:pk>/comments", feedback.CommentsView.as_view(), name="ticket_comments"),
    path("tickets/<int:pk>/vote", feedback.VoteView.as_view(), name="ticket_vote"),
    path("definitions", definitions.DefinitionsView.as_view(), name="definitions"),
    path("definitions/<slug:slug>", definitions.DefinitionView.as_view(), name="definition"),
    path("definitions/<slug:slug>/versions/<int:number>", definitions.VersionView.as_view(), name="definition_version"),
    path("proposals", definitions.ProposalsView.as_view(), name="proposals"),
    path("proposals/<int:pk>", definitions.ProposalView.as_view(), name="proposal"),
    path("proposals/<int:pk>/votes", definitions.VotesView.as_view(), name="proposal_votes"),
    path("audit", audit.RecordView.as_view(), name="audit"),
    path("audit/<uuid:entry_id>", audit.EntryView.as_view(), name="audit_entry"),
]
