# shellcheck shell=bash
# An emulated Amazon whose tasks are containers of this engine: ecs/deploy.sh brings the image there, twice.

# By this the emulator marks its tasks; other agents on this machine mark theirs by other clusters.
OF_THE_TRIAL="label=com.amazonaws.ecs.cluster=arn:aws:ecs:us-east-1:000000000000:cluster/games"

# A task's own network has no way to the emulator: tasks use the host's, where a port is mapped to no other, and each
# release has its own.
ecs_play() {
  local folder="$RUN/ecs" definition="$RUN/ecs/task-definition.json" image secret release port
  start_amazon
  amazon aws s3api create-bucket --bucket codex >/dev/null
  secret="$(amazon aws secretsmanager create-secret --name codex --secret-string "$(openssl rand -hex 32)" \
    --query ARN --output text)"
  image="$(push_to_amazon)"
  cp -r ecs "$folder"
  sed -i -e 's/ACCOUNT/000000000000/; s/REGION/us-east-1/; s/BUCKET/codex/; s/EXECUTION_ROLE/execution/' \
    -e "s/TASK_ROLE/codex/; s|SECRET_ARN|$secret|; s/awsvpc/host/; /portMappings/d" "$definition"
  for release in 1 2; do
    port="$(free_port)"
    sed -i -E -e "s/(\"PORT\", \"value\": )\"[0-9]+\"/\1\"$port\"/" \
      -e "s/(\"METRICS_PORT\", \"value\": )\"[0-9]+\"/\1\"$(free_port)\"/" "$definition"
    [ "$release" -gt 1 ] || make_service "$definition"
    amazon env CLUSTER=games SERVICE=codex "$folder/deploy.sh" image "$image"
    amazon aws ecs update-service --cluster games --service codex --desired-count 1 >/dev/null
    is_ready "$port" "$release"
  done
  stop_amazon
}

start_amazon() {
  local port
  port="$(free_port)"
  AMAZON="127.0.0.1:$port"
  env BIND_HOST=127.0.0.1 MINISTACK_HOST=127.0.0.1 GATEWAY_PORT="$port" HOME="$RUN" TMPDIR="$RUN" \
    "$KEPT/images/bin/ministack" >"$RUN/amazon.log" 2>&1 &
  AMAZON_PID=$!
  for _ in $(seq 60); do
    ! amazon aws s3api list-buckets >/dev/null 2>&1 || return 0
    sleep 0.5
  done
  cat "$RUN/amazon.log" >&2
  echo "The emulator did not start." >&2
  exit 1
}

# Ends the emulator and the tasks it has started.
stop_amazon() {
  local tasks
  [ -n "${AMAZON_PID:-}" ] || return 0
  kill "$AMAZON_PID" 2>/dev/null || true
  wait "$AMAZON_PID" 2>/dev/null || true
  AMAZON_PID=
  tasks="$(docker ps --all --quiet --filter "$OF_THE_TRIAL")"
  # shellcheck disable=SC2086 # the names of containers are words
  [ -z "$tasks" ] || docker rm --force --volumes $tasks >/dev/null
}

# Runs a command in the emulator's account.
amazon() {
  env PATH="$KEPT/ecs/bin:$PATH" AWS_ENDPOINT_URL="http://$AMAZON" AWS_DEFAULT_REGION=us-east-1 AWS_PAGER= \
    AWS_ACCESS_KEY_ID=codex AWS_SECRET_ACCESS_KEY=a-secret-of-the-trial "$@"
}

# Says what the image is called where it was pushed, by its digest.
push_to_amazon() {
  amazon aws ecr create-repository --repository-name arcane-codex >/dev/null
  docker tag "$APP_IMAGE" "$AMAZON/arcane-codex:trial"
  docker push --quiet "$AMAZON/arcane-codex:trial" >/dev/null
  docker image inspect --format '{{join .RepoDigests "\n"}}' "$AMAZON/arcane-codex:trial" | grep "^$AMAZON/"
}

# A service of nothing yet, as somebody's own cluster has one.
make_service() {
  amazon aws ecs create-cluster --cluster-name games >/dev/null
  amazon aws ecs register-task-definition --cli-input-json "file://$1" >/dev/null
  amazon aws ecs create-service --cluster games --service-name codex --task-definition arcane-codex --desired-count 0 \
    --deployment-configuration minimumHealthyPercent=0,maximumPercent=100 >/dev/null
}

# Takes a port and which release is to answer there, with what the one before it has written.
is_ready() {
  local health
  for _ in $(seq 120); do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:$1/health/ready"; then
      health="$(curl --silent "http://127.0.0.1:$1/health")"
      echo "Release $2 is ready in its task: $health"
      [[ "$health" == *'"status":"healthy"'* && "$health" == *"\"epoch\":$2,"* ]]
      return
    fi
    sleep 0.5
  done
  tail -40 "$RUN/amazon.log" >&2
  docker ps --all --quiet --filter "$OF_THE_TRIAL" | while read -r task; do docker logs "$task"; done >&2
  echo "Release $2 is not ready." >&2
  return 1
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
