#!/bin/sh
# Who is called when a rule of alerts.yml fires. Alertmanager reads no environment, so this writes its configuration from it, into
# a file that only this user can read, and starts it (docker-compose.yml). Each may be given as a file too: ALERTS_WEBHOOK_URL_FILE.
#
#   ALERTS_TELEGRAM_TOKEN, ALERTS_TELEGRAM_CHAT   a bot and the chat that it writes to; not the bot that pings: that may be what is broken
#   ALERTS_WEBHOOK_URL                            gets Alertmanager's JSON: a pager, a chat, a script
#   ALERTS_WATCHDOG_URL                           is posted to each minute while all is well: an outside service (healthchecks.io
#                                                 or the like) that calls you when that stops
set -eu
umask 077
config=${ALERTS_CONFIG:-/tmp/alertmanager.yml}

# The value of a variable, or what stands in the file that NAME_FILE names.
given() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then value=$(cat "$file"); fi
  printf '%s' "$value"
}
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"; }

token=$(given ALERTS_TELEGRAM_TOKEN)
chat=$(given ALERTS_TELEGRAM_CHAT)
webhook=$(given ALERTS_WEBHOOK_URL)
watchdog=$(given ALERTS_WATCHDOG_URL)

if [ -n "$token" ] && [ -z "$chat" ]; then
  echo 'ALERTS_TELEGRAM_TOKEN needs ALERTS_TELEGRAM_CHAT beside it, the number of the chat: see .env.example' >&2
  exit 1
fi
if [ -z "$token$webhook" ]; then
  echo 'Alerts call nobody: set ALERTS_TELEGRAM_TOKEN and ALERTS_TELEGRAM_CHAT, or ALERTS_WEBHOOK_URL, in .env' >&2
fi

{
  cat <<'YAML'
route:
  receiver: people
  group_by: [alertname]
  group_wait: 10s
  group_interval: 1m
  repeat_interval: 4h
  routes:
    - matchers: ['alertname="OtklikWatchdog"']
      receiver: watchdog
      group_wait: 0s
      group_interval: 1m
      repeat_interval: 1m
    - matchers: ['severity="critical"']
      receiver: people
      repeat_interval: 30m
receivers:
  - name: watchdog
YAML
  if [ -n "$watchdog" ]; then
    cat <<YAML
    webhook_configs:
      - url: $(quoted "$watchdog")
        send_resolved: false
YAML
  fi
  echo '  - name: people'
  if [ -n "$token" ]; then
    cat <<YAML
    telegram_configs:
      - bot_token: $(quoted "$token")
        chat_id: $chat
        parse_mode: ''
        message: '{{ range .Alerts }}{{ if eq .Status "firing" }}🔴 {{ else }}✅ Прошло: {{ end }}{{ .Annotations.summary }}{{ if eq .Status "firing" }}{{ "\n" }}{{ .Annotations.description }}{{ end }}{{ "\n\n" }}{{ end }}'
YAML
  fi
  if [ -n "$webhook" ]; then
    cat <<YAML
    webhook_configs:
      - url: $(quoted "$webhook")
YAML
  fi
} >"$config"

exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$config" "$@"
