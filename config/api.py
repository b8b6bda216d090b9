"""The addresses of the REST API, without trailing slashes: a client that posts must never be redirected."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from catalog.api import datasets, fields, search, versions
from harvest.api import runs, sources
from permissions import api as permissions
from permissions import explain_api
from permissions.access_requests import api as requests
from permissions.accounts import api as accounts
from permissions.audit import api as audit
from permissions.exceptions import api as exceptions
from permissions.rules import api as rules

# Swagger UI sets styles as it draws; nothing else of the site may.
docs = csp_update({"style-src": ["'self'", UNSAFE_INLINE]})(SpectacularSwaggerSplitView.as_view(url_name="api:schema"))

app_name = "api"
urlpatterns = [
    path("schema", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path("docs", login_not_required(docs), name="docs"),
    path("me", permissions.MeView.as_view(), name="me"),
    path("service-accounts", accounts.ServiceAccountsView.as_view(), name="service_accounts"),
    path("service-accounts/<str:username>", accounts.ServiceAccountView.as_view(), name="service_account"),
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
    path("datasets/<int:pk>/versions", versions.VersionsView.as_view(), name="versions"),
    path("datasets/<int:pk>/versions/<int:number>", versions.VersionView.as_view(), name="version"),
    path("datasets/by-key/<path:key>", datasets.DatasetByKeyView.as_view(), name="dataset_by_key"),
    path("sources", sources.SourcesView.as_view(), name="sources"),
    path("sources/<slug:slug>", sources.SourceView.as_view(), name="source"),
    path("sources/<slug:slug>/runs", runs.SourceRunsView.as_view(), name="source_runs"),
    path("runs", runs.AllRunsView.as_view(), name="runs"),
    path("runs/<int:pk>", runs.RunView.as_view(), name="run"),
    path("runs/<int:pk>/cancel", runs.CancelView.as_view(), name="run_cancel"),
    path("runs/<int:pk>/confirm", runs.ConfirmView.as_view(), name="run_confirm"),
    path("audit", audit.RecordView.as_view(), name="audit"),
    path("audit/<uuid:entry_id>", audit.EntryView.as_view(), name="audit_entry"),
]
