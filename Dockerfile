# syntax=docker/dockerfile:1
# One image for every service: docker run IMAGE run ingest|engine|notifier|board, or IMAGE migrate.
# The TypeScript runs as it is; only the web app is built.

FROM node:26-slim AS source
WORKDIR /app
ENV CI=true
# The version of pnpm stands in one place, with the toolchain's.
COPY scripts/toolchain/package.json /tmp/toolchain.json
RUN npm install --global --no-audit --no-fund \
    "pnpm@$(node -p "Object.entries(require('/tmp/toolchain.json').optionalDependencies).find(([name]) => name.startsWith('@pnpm/'))[1]")"
# This layer changes with the lock file only.
COPY pnpm-lock.yaml pnpm-workspace.yaml .pnpmfile.cjs package.json ./
RUN pnpm fetch --frozen-lockfile
COPY . .

FROM source AS web
RUN pnpm install --frozen-lockfile --offline --filter @otklik/web \
 && pnpm --filter @otklik/web build

# Without what only tests and the browser need, and without optional packages: the embedded PostgreSQL is one.
FROM source AS server
RUN rm -rf node_modules \
 && pnpm install --frozen-lockfile --offline --prod --no-optional --filter otklik... \
 && rm -rf scripts tests services/board/web

FROM node:26-slim
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    OTKLIK_DATA_DIR=/data
RUN install --directory --owner=node --group=node /data
COPY --from=server /app ./
COPY --from=web /app/services/board/web/dist services/board/web/dist
USER node
EXPOSE 3000
ENTRYPOINT ["node", "bin/otklik.ts"]
CMD ["start"]
