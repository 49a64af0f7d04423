# One image for the web server and the worker; compose.yaml runs it with a database and a queue.
FROM python:3.11-slim-bookworm

ENV FLASK_APP=wsgi \
    HOST=0.0.0.0 \
    INSTANCE_PATH=/srv/yueke/instance \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /srv/yueke

# The font of certificates; pg_dump for backups, of the version of the database in compose.yaml.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-cjk postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY . ./
RUN for po in booking/translations/*/LC_MESSAGES/*.po; do \
        python -m babel.messages.frontend --quiet compile -i "$po" -o "${po%.po}.mo" || exit; \
    done \
    && python -m booking.web.assets \
    && useradd --uid 10001 --user-group --no-create-home yueke \
    && install --directory --mode=0700 --owner=yueke --group=yueke instance

USER 10001
VOLUME /srv/yueke/instance
EXPOSE 8000

CMD ["gunicorn", "wsgi:app"]
