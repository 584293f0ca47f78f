FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings Node 24 and compose brings Postgres, so what only development needs is left out.
RUN npm ci --omit=dev --no-audit --no-fund
COPY migrations migrations
COPY simulators simulators
COPY src src
COPY web web
COPY workers workers
RUN mkdir -p /data && chown node:node /data
ENV DATA_DIR=/data
USER node
EXPOSE 3000
CMD ["node", "src/main.ts", "server"]
