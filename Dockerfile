# Any Debian-like image with Node.js 24 and npm.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /src
# Manifests first: a change of sources alone installs nothing again.
COPY package.json package-lock.json ./
COPY api/package.json api/
COPY core/package.json core/
COPY server/package.json server/
COPY cli/package.json cli/
COPY console/package.json console/
COPY test/package.json test/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm pack ./dist/orrery --pack-destination /tmp
# The image has its Node.js already: the packaged one would be there twice.
RUN npm install --prefix /opt/orrery --no-audit --no-fund /tmp/orrery-*.tgz \
    && rm -rf /opt/orrery/node_modules/node-linux-* /opt/orrery/node_modules/.bin/node

FROM ${BASE}
# PostgreSQL, which runs inside when DATABASE_URL names none, wants its user to have a name.
RUN groupadd --gid 10001 orrery \
    && useradd --uid 10001 --gid orrery --home-dir /data --shell /usr/sbin/nologin orrery \
    && install --directory --owner orrery --group orrery --mode 0700 /data
COPY --from=build /opt/orrery /opt/orrery
RUN ln -s /opt/orrery/node_modules/.bin/orrery /opt/orrery/node_modules/.bin/envcli \
       /opt/orrery/node_modules/.bin/envserver /usr/local/bin/
ENV NODE_ENV=production
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["orrery"]
CMD ["up", "--listen", "0.0.0.0", "--data-dir", "/data"]
