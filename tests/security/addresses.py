"""The table of the sweep: every address of the site, and what stands for each of its parameters.

An address that is missing here fails the sweep, by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

Kinds = tuple[str, ...]

# Addresses of what we use and did not write; what they show of the catalog is in tests of their own.
NOT_OURS = ("admin:", "account_", "mfa_", "socialaccount_", "openid", "oidc_")

TABLE: dict[Kinds, str] = {
    (): """
        api:definitions api:proposals definitions:calendar definitions:council definitions:decisions definitions:index
        definitions:meet definitions:meetings definitions:new definitions:rule definitions:seats
        api:facts api:impact_of_sql
        api:access_requests api:audit api:datasets api:docs api:exceptions api:explain api:explain_counts
        api:explain_people api:grants api:me api:people api:roles api:rule_preview api:rules api:runs api:schema
        api:search api:service_accounts api:sources api:suggest api:tables api:teams
        api:jobs api:lineage api:lineage_batch api:lineage_events lineage:jobs lineage:received
        api:sessions api:sessions_end_others api:tokens
        api:decide_classes api:suggested_classes
        catalog:decide_classes catalog:suggest_again catalog:suggested_classes catalog:suggested_fields
        catalog:withheld_classes catalog:classifications catalog:classification_new
        catalog:browse catalog:browse_domains catalog:export catalog:forget_searches catalog:home catalog:popular
        catalog:recent catalog:restore_search catalog:save_search catalog:saved_searches catalog:search catalog:suggest
        catalog:changes catalog:markdown_preview catalog:metadata_rules
        catalog:my_suggestions catalog:suggestions catalog:undo_of_person
        api:metadata_rules api:suggestions
        api:missing api:protocols catalog:missing catalog:missing_by_domain catalog:missing_queue
        catalog:protocols catalog:protocol_new catalog:suggestion_queue catalog:tags
        core:palette core:patterns
        api:workflows states:try states:workflow_new states:workflows
        api:test_results api:tickets feedback:bulk
        feedback:absence feedback:answers
        feedback:tracker_new feedback:trackers
        feedback:figures feedback:level feedback:level_remove feedback:levels feedback:queue feedback:report
        feedback:save_view feedback:similar feedback:tickets
        demo:tour demo:tour_again demo:tour_hint demo:tour_hint_hide
        harvest:cron harvest:source_new harvest:source_new_connection harvest:source_new_details
        harvest:source_new_forget harvest:source_new_preview harvest:source_new_scope harvest:source_new_test
        harvest:sources lineage:columns
        notifications:choices notifications:inbox notifications:mute notifications:read_all notifications:unsubscribe
        permissions:ask permissions:audit permissions:audit_export permissions:demo_sign_in permissions:exception_new
        permissions:exceptions permissions:explain permissions:explain_everybody permissions:explain_suggest
        permissions:me permissions:people permissions:request_queue permissions:requests
        permissions:rule_effect permissions:rule_files api:webhooks permissions:webhooks permissions:webhook_new
        permissions:rule_labels permissions:rule_new permissions:rules permissions:service_account_new
        permissions:service_accounts permissions:sessions permissions:sessions_end_others permissions:theme
        permissions:roles permissions:staff permissions:staff_end permissions:team_new permissions:teams
        permissions:tables permissions:to_decide permissions:tokens permissions:welcome
        scim:config scim:groups scim:resource_types scim:schemas scim:search scim:users
    """,
    ("dataset",): """
        api:dataset_lineage api:impact api:lineage_count
        api:dataset api:fields api:versions catalog:ask_for_values catalog:dataset catalog:dataset_access
        catalog:dataset_history catalog:dataset_sample catalog:dataset_schema catalog:field_by_path
        definitions:dataset definitions:link
        feedback:dataset lineage:count lineage:graph lineage:impact lineage:state lineage:panel
        feedback:announce feedback:reviews
        api:dataset_changes catalog:dataset_changes catalog:dataset_missing
        api:certificate api:certificate_withdraw catalog:certify catalog:certificate_withdraw catalog:follow
        catalog:dataset_edit catalog:dataset_settle catalog:suggest_change
    """,
    ("dataset", "number"): "api:version catalog:dataset_snapshot catalog:field_take_over",
    ("dataset", "upstream"): "api:stated_upstream lineage:withdraw",
    ("dataset", "field"): "api:field_edit catalog:classify_field catalog:field catalog:field_edit definitions:field",
    ("class",): "catalog:classification catalog:classification_edit",
    ("decision",): "api:undo_classes catalog:undo_classes",
    ("filling",): "api:metadata_rule_run catalog:metadata_rule",
    ("suggestion",): "api:suggestion catalog:suggestion",
    ("protocol",): "api:protocol catalog:protocol",
    ("product",): "catalog:product",
    ("wordkind",): "catalog:word_new",
    ("wordkind", "domain"): "catalog:word_edit",
    ("tag",): "catalog:tag_merge",
    ("edit",): "api:edit api:edit_undo catalog:edit catalog:edit_undo",
    ("key",): "api:dataset_by_key",
    ("source",): """
        api:source api:source_artifacts api:source_runs catalog:browse_source catalog:browse_source_tree harvest:source
        harvest:source_discard harvest:source_edit harvest:source_harvest harvest:source_preview
        harvest:source_restore harvest:source_retire
        harvest:source_schedule lineage:aliases
    """,
    ("source", "alias"): "lineage:alias_remove",
    ("source", "container"): "catalog:browse_container catalog:browse_container_tree",
    ("domain",): "catalog:domain feedback:domain",
    ("definition",): """
        api:definition definitions:definition definitions:diff definitions:discard definitions:edit definitions:propose
    """,
    ("definition", "number"): "api:definition_version definitions:version",
    ("proposal",): """
        api:proposal api:proposal_votes definitions:amend definitions:close definitions:decide definitions:proposal
        definitions:say definitions:tally definitions:vote definitions:withdraw
    """,
    ("seat",): "definitions:seat",
    ("meeting",): "definitions:end_meeting definitions:meeting definitions:minutes definitions:note",
    ("dataset", "meaning"): "definitions:unlink",
    ("ticket",): """
        api:ticket api:ticket_comments api:ticket_move api:ticket_vote feedback:attach feedback:comment
        feedback:merge feedback:move
        feedback:route feedback:ticket feedback:triage feedback:vote feedback:watch
    """,
    ("view",): "feedback:forget_view",
    ("tracker",): "feedback:tracker_switch",
    ("picture",): "feedback:attachment",
    ("absence",): "feedback:absence_end",
    ("answer",): "feedback:answer_forget",
    ("announcement",): "feedback:announcement_end",
    ("review",): "feedback:review_hide",
    ("run",): "api:run api:run_cancel api:run_confirm harvest:run harvest:run_cancel harvest:run_confirm",
    ("rename",): "harvest:rename_accept harvest:rename_reject",
    ("search",): "catalog:delete_search catalog:saved_search",
    ("notice",): "notifications:follow",
    ("rule",): """
        api:rule api:rule_withdraw permissions:rule permissions:rule_change permissions:rule_extend
        permissions:rule_withdraw
    """,
    ("request",): """
        api:access_request api:access_request_decide api:access_request_withdraw permissions:request
        permissions:request_withdraw
    """,
    ("request", "asked"): "permissions:decide",
    ("exception",): """
        api:exception api:exception_extend api:exception_withdraw permissions:exception permissions:exception_extend
        permissions:exception_withdraw
    """,
    ("webhook",): """
        api:webhook api:webhook_deliveries api:webhook_key api:webhook_test permissions:webhook permissions:webhook_act
        permissions:webhook_change permissions:webhook_key
    """,
    ("webhook", "delivery"): "api:webhook_replay permissions:webhook_replay",
    ("token",): "api:token permissions:token_revoke",
    ("session",): "api:session permissions:session_end",
    ("account",): """
        api:service_account api:service_account_tokens permissions:service_account permissions:service_account_change
    """,
    ("entry",): "api:audit_entry permissions:audit_entry",
    ("person",): """
        api:person catalog:person_panel permissions:factors_take permissions:person permissions:sessions_end_all
        permissions:person_switch permissions:sessions_of_person
    """,
    ("team",): "api:team api:team_members permissions:team permissions:team_add permissions:team_edit",
    ("team", "person"): "api:team_member permissions:team_remove",
    ("role",): "api:role permissions:role_remove",
    ("kind", "grant"): "api:grant",
    ("kind", "dataset"): "permissions:grants",
    ("kind", "dataset", "grant"): "permissions:grant_remove",
    ("chooser",): "permissions:rule_choose permissions:rule_names",
    ("ending",): "permissions:rules_export",
    ("node", "beside"): "lineage:edge",
    ("job",): "api:job lineage:job",
    ("stop",): "demo:tour_stop",
    ("received",): "api:lineage_event lineage:received_event lineage:received_again",
    ("table",): "api:table catalog:table_bring catalog:table_grid permissions:table_file",
    ("workflow",): "api:workflow api:workflow_measures states:workflow states:workflow_edit",
    ("stated",): "states:measured",
    ("stated", "left", "right"): "states:disagreeing",
    ("word",): "scim:resource_type scim:schema scim:user scim:group",
}  # fmt: skip

KINDS = {name: kinds for kinds, names in TABLE.items() for name in names.split()}

# Without signing in: how to come in, and what describes the program and holds nothing of the catalog.
OPEN_TO_STRANGERS = {
    "notifications:unsubscribe", "permissions:theme", "permissions:welcome", "permissions:demo_sign_in", "api:docs",
    "api:schema",
    "definitions:calendar",
}  # fmt: skip

# Written to without the token against forged requests, as what they are told by carries a signature of its own.
SIGNED = {"notifications:unsubscribe": "the link in a mail, by one click of the mail program (RFC 8058)"}

# Searches, filters, suggestions, counts and exports that could tell of a thing by its name.
ASKED: dict[str, tuple[str, ...]] = {
    "catalog:changes": ("?by=boss", "?by=boss&origin=page"),
    "catalog:search": ("?q={word}", "?q={word}&archived=1", "?source=plant", "?domain=planted", "?owner=boss"),
    "catalog:suggest": ("?q={word}",),
    "catalog:export": ("?q={word}", "?source=plant"),
    "catalog:table_grid": ("?name={word}", "?source=plant", "?domain=planted", "?owner=boss"),
    "api:table": ("?name={word}", "?source=plant", "?domain=planted", "?owner=boss", "?format=jsonl"),
    "permissions:table_file": ("?name={word}", "?source=plant", "?domain=planted", "?owner=boss", "?format=jsonl"),
    "core:palette": ("?q={word}", "?q=boss"),
    "harvest:sources": ("?q={word}", "?domain=planted"),
    "catalog:suggested_classes": ("?q={word}", "?source=plant", "?domain=planted"),
    "catalog:suggested_fields": ("?group=%5B%22pii%22%2C%22a%22%2C%22{word}%22%2C9999%5D",),
    "api:suggested_classes": ("?name={word}", "?source=plant", "?domain=planted"),
    "catalog:missing": ("?all=1", "?by=boss", "?domain=planted"),
    "api:missing": ("?domain=planted", "?person=boss"),
    "api:search": ("?q={word}",),
    "api:suggest": ("?q={word}",),
    "api:datasets": ("?source=plant", "?domain=planted"),
    "api:sources": ("?domain=planted",),
    "api:rules": ("?q=plant",),
    "permissions:rules": ("?q=plant",),
    "permissions:rule_labels": ("?label={word}", "?label=source:pl"),
    "permissions:explain": ("?q={word}", "?thing=dataset:{dataset}", "?thing=dataset:{dataset}&who=boss"),
    "permissions:explain_everybody": ("?thing=dataset:{dataset}",),
    "permissions:explain_suggest": ("?q={word}", "?thing={word}"),
    "permissions:ask": ("?thing=dataset:{dataset}", "?thing=dataset:{dataset}&level=sample"),
    "api:grants": ("?thing=dataset:{dataset}", "?person=boss", "?kind=dataset&duty=curate"),
    "feedback:figures": ("?by=domain", "?by=source", "?by=steward"),
    "feedback:level": ("?of=dataset:{dataset}", "?of=domain:planted"),
    "feedback:report": ("?thing=dataset:{dataset}", "?thing=field:{field}"),
    "feedback:similar": ("?thing=dataset:{dataset}",),
    "feedback:tickets": ("?whose=all", "?whose=all&q={word}", "?whose=watched&view=board"),
    "definitions:index": ("?q={word}", "?domain=planted", "?status=approved&kind=term"),
    "definitions:diff": ("?a=1&b=1",),
    "definitions:new": ("?domain=planted",),
    "api:definitions": ("?q={word}", "?domain=planted"),
    "api:proposals": ("?definition=planted-word",),
    "states:try": ("?dataset={word}",),
    "api:tickets": ("?dataset={dataset}",),
    "api:explain": ("?thing=dataset:{dataset}",),
    "api:explain_counts": ("?thing=dataset:{dataset}",),
    "api:explain_people": ("?thing=dataset:{dataset}&level=read",),
}  # fmt: skip

COMMANDS = {
    "search": "as a person: walked", "table": "as a person: walked", "apply": "the same",
    "rules": "at the command line, by who administers the machine", "audit": "the same", "token": "the same",
    "provider": "the same", "second_factor": "the same", "harvest": "the same", "load_datasets": "the same",
    "reindex": "counts alone",
    "sql_lineage": "reads what it is given", "read_scripts": "at the command line, by who administers the machine",
    "demo": "makes a company up", "newkey": "reads nothing", "web": "starts",
    "worker": "starts", "beat": "starts", "up": "starts",
}  # fmt: skip


def named(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every named address of ours with the parameters it takes."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name and not f"{space}{entry.name}".startswith(NOT_OURS):
            yield f"{space}{entry.name}", entry.pattern.converters


ADDRESSES = dict(named(get_resolver()))


def address(name: str, values: Mapping[str, object]) -> str:
    """The address with what stands for each kind of parameter."""
    kinds = zip(ADDRESSES[name], KINDS[name], strict=True)
    return reverse(name, kwargs={parameter: values[kind] for parameter, kind in kinds})
