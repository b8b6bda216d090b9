from django.urls import path

from definitions.views import definitions, drafts, proposals

app_name = "definitions"
urlpatterns = [
    path("definitions/", definitions.index, name="index"),
    path("definitions/new/", drafts.new, name="new"),
    path("definitions/<slug:slug>/", definitions.definition, name="definition"),
    path("definitions/<slug:slug>/v<int:number>/", definitions.version, name="version"),
    path("definitions/<slug:slug>/differences/", definitions.diff, name="diff"),
    path("definitions/<slug:slug>/edit/", drafts.edit, name="edit"),
    path("definitions/<slug:slug>/discard/", drafts.discard, name="discard"),
    path("definitions/<slug:slug>/propose/", drafts.propose_view, name="propose"),
    path("council/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("council/proposals/<int:pk>/vote/", proposals.vote, name="vote"),
    path("council/proposals/<int:pk>/say/", proposals.say, name="say"),
    path("council/proposals/<int:pk>/amend/", proposals.amend_view, name="amend"),
    path("council/proposals/<int:pk>/decide/", proposals.decide, name="decide"),
    path("council/proposals/<int:pk>/close/", proposals.close, name="close"),
    path("council/proposals/<int:pk>/withdraw/", proposals.withdraw_view, name="withdraw"),
]
