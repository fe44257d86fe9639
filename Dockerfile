# The production image: API, worker and migrations from one set of hash-locked requirements; no embedded servers.
# Commands: `regulars serve` (default), `regulars worker`, `regulars migrate`.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/regulars
WORKDIR /src
# Requirements change less often than code: a layer of their own.
COPY requirements/production.txt requirements/
RUN /opt/regulars/bin/pip install --require-hashes --requirement requirements/production.txt
COPY . .
RUN /opt/regulars/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Regulars" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin regulars \
    && install -d -o 10001 /var/lib/regulars/roots
COPY --from=build /opt/regulars /opt/regulars
ENV PATH=/opt/regulars/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ENVIRONMENT=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    ROOTS_DIR=/var/lib/regulars/roots
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["regulars", "serve"]
