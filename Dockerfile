FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
COPY requirements.txt requirements-uv.txt Makefile ./
RUN make .venv/.installed-run && .venv/bin/python -m compileall -qq .venv/lib
COPY assets/package.json assets/package-lock.json assets/
RUN make assets/node_modules/.installed
COPY . .
# Collecting reads no data; the secrets it makes for itself stay in this stage.
RUN make assets && CONCORD_DATA_DIR=/tmp/data .venv/bin/python manage.py collectstatic --no-input --verbosity=0 \
    && rm -rf assets/node_modules

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin concord \
    && install --directory --owner concord --mode 700 /data
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CONCORD_DATA_DIR=/data WEB_HOST=0.0.0.0
COPY --from=build /app /app
USER concord
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "web"]
