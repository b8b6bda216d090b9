from django.urls import include, path

from permissions.rules.urls import urlpatterns as rule_urls
from permissions.views import audit, demo, exceptions, explain, me, people, requests, service_accounts, tokens, welcome

app_name = "permissions"
urlpatterns = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("me/", me.me, name="me"),
    path("me/theme/", me.theme, name="theme"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("people/<str:username>/", people.person, name="person"),
    path("service-accounts/", service_accounts.service_accounts, name="service_accounts"),
    path("service-accounts/new/", service_accounts.new_service_account, name="service_account_new"),
    path("service-accounts/of/<str:username>/", service_accounts.service_account, name="service_account"),
    path("service-accounts/of/<str:username>/change/", service_accounts.change, name="service_account_change"),
    path("permissions/requests/", requests.requests, name="requests"),
    path("permissions/requests/deciding/", requests.to_decide, name="to_decide"),
    path("permissions/requests/queue/", requests.queue, name="request_queue"),
    path("permissions/requests/new/", requests.ask_view, name="ask"),
    path("permissions/requests/<int:pk>/", requests.request_page, name="request"),
    path("permissions/requests/<int:pk>/withdraw/", requests.withdraw, name="request_withdraw"),
    path("permissions/requests/<int:pk>/rules/<int:asked_pk>/", requests.decide, name="decide"),
    path("permissions/explain/", explain.explain, name="explain"),
    path("permissions/explain/everybody/", explain.everybody, name="explain_everybody"),
    path("permissions/explain/suggest/", explain.suggest, name="explain_suggest"),
    path("permissions/exceptions/", exceptions.exceptions, name="exceptions"),
    path("permissions/exceptions/new/", exceptions.new_exception, name="exception_new"),
    path("permissions/exceptions/<int:pk>/", exceptions.exception_page, name="exception"),
    path("permissions/exceptions/<int:pk>/extend/", exceptions.extend, name="exception_extend"),
    path("permissions/exceptions/<int:pk>/withdraw/", exceptions.withdraw, name="exception_withdraw"),
    path("permissions/audit/", audit.record, name="audit"),
    path("permissions/audit/export/", audit.export, name="audit_export"),
    path("permissions/audit/<uuid:entry_id>/", audit.entry, name="audit_entry"),
    path("permissions/rules/", include(rule_urls)),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
]
