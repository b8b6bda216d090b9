from django.urls import path

from lineage.views import aliases, edge, graph, impact, jobs, received, stating

app_name = "lineage"
urlpatterns = [
    path("datasets/<int:pk>/lineage/", graph.panel, name="panel"),
    path("datasets/<int:pk>/lineage/graph/", graph.graph, name="graph"),
    path("datasets/<int:pk>/impact/", impact.impact, name="impact"),
    path("datasets/<int:pk>/impact/count/", impact.count, name="count"),
    path("datasets/<int:pk>/lineage/stated/", stating.state, name="state"),
    path("datasets/<int:pk>/lineage/stated/<int:upstream>/", stating.withdraw, name="withdraw"),
    path("sources/<slug:slug>/names/", aliases.aliases, name="aliases"),
    path("sources/<slug:slug>/names/<int:pk>/remove/", aliases.remove, name="alias_remove"),
    path("lineage/columns/", graph.columns, name="columns"),
    path("lineage/edges/<int:upstream>/<int:downstream>/", edge.edge, name="edge"),
    path("lineage/jobs/", jobs.jobs, name="jobs"),
    path("lineage/jobs/<int:pk>/", jobs.job, name="job"),
    path("lineage/events/", received.received, name="received"),
    path("lineage/events/<int:pk>/", received.received_event, name="received_event"),
    path("lineage/events/<int:pk>/again/", received.work_again, name="received_again"),
]
