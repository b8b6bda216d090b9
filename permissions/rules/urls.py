"""The addresses of rules, below ``/permissions/rules/``."""

from django.urls import path

from permissions.views import rule_files, rules

urlpatterns = [
    path("", rules.rules, name="rules"),
    path("new/", rules.new, name="rule_new"),
    path("effect/", rules.effect, name="rule_effect"),
    path("labels/", rules.labels, name="rule_labels"),
    path("names/<slug:field>/", rules.names, name="rule_names"),
    path("choose/<slug:field>/", rules.choose, name="rule_choose"),
    path("files/", rule_files.files, name="rule_files"),
    path("files/<slug:ending>/", rule_files.export, name="rules_export"),
    path("<int:pk>/", rules.rule, name="rule"),
    path("<int:pk>/change/", rules.change, name="rule_change"),
    path("<int:pk>/withdraw/", rules.withdraw, name="rule_withdraw"),
    path("<int:pk>/extend/", rules.extend, name="rule_extend"),
]
