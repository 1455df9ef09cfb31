{{- define "kconmon.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 52 characters: the longest name made of it ends in -controller, and 63 are allowed. */}}
{{- define "kconmon.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "kconmon.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The selectors, which can never change. Called with (list $ component). */}}
{{- define "kconmon.selector" -}}
{{- $root := first . -}}
app.kubernetes.io/name: {{ include "kconmon.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with last . }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* All labels of an object; pods have the selectors alone, for a new chart is no reason to restart. Called with (list $ component); the component is "" for what belongs to both. */}}
{{- define "kconmon.labels" -}}
{{- $root := first . -}}
{{ include "kconmon.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kconmon
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Numbers of a values file are floating: 3240000 would be 3.24e+06. */}}
{{- define "kconmon.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* What keeps service meshes out of the pods: a proxy's connection is not the network's. */}}
{{- define "kconmon.mesh.annotations" -}}
sidecar.istio.io/inject: "false"
linkerd.io/inject: disabled
{{- end -}}
{{- define "kconmon.mesh.labels" -}}
sidecar.istio.io/inject: "false"
istio.io/dataplane-mode: none
{{- end -}}

{{/* A template's keys with the user's, which are stronger. Called with (list $ template user). */}}
{{- define "kconmon.with" -}}
{{- toYaml (merge (deepCopy (last .)) (fromYaml (include (index . 1) (first .)))) -}}
{{- end -}}

{{- define "kconmon.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "kconmon.controller.serviceAccount" -}}
{{- with .Values.controller.serviceAccount -}}
{{- if .create -}}
{{- .name | default (printf "%s-controller" (include "kconmon.fullname" $)) -}}
{{- else -}}
{{- .name | default "default" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Seconds: the drain in whole seconds, and 10 for all else. Called with (list $ component values). */}}
{{- define "kconmon.gracePeriod" -}}
{{- $drain := div (add (first .).Values.drain 999) 1000 -}}
{{- (last .).terminationGracePeriodSeconds | default (add $drain 10) -}}
{{- end -}}

{{/* Pod security "restricted", for pod and container. */}}
{{- define "kconmon.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
{{- if or .Values.auth.existingSecret .Values.tls.existingSecret }}
fsGroup: 65532 # Secrets are root's; this group may read them
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}
{{- define "kconmon.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* The port's name, too: who scrapes takes the scheme from it. */}}
{{- define "kconmon.controller.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.tls.existingSecret)) -}}
{{- end -}}

{{/* In full where a certificate is for it: a name that is no other namespace's, and is found by one question to the DNS. */}}
{{- define "kconmon.controller.host" -}}
{{- $service := printf "%s-controller" (include "kconmon.fullname" .) -}}
{{- if .Values.tls.existingSecret -}}
{{- .Values.tls.serverName | default (printf "%s.%s.svc.%s" $service .Release.Namespace .Values.clusterDomain) -}}
{{- else -}}
{{- $service -}}
{{- end -}}
{{- end -}}

{{- define "kconmon.controller.url" -}}
{{ include "kconmon.controller.scheme" . }}://{{ include "kconmon.controller.host" . }}:{{ int64 .Values.port }}
{{- end -}}

{{- define "kconmon.tls.caSecret" -}}
{{- .Values.tls.caSecret | default .Values.tls.existingSecret -}}
{{- end -}}

{{/*
The Secrets of a pod, as volumes and where they are mounted: whole folders, for a file alone (subPath) would not change with its
Secret. 288 is 0440. Called with (list $ component); the key is the controllers' alone.
*/}}
{{- define "kconmon.secretVolumes" -}}
{{- $values := (first .).Values -}}
{{- with $values.auth.existingSecret }}
- name: auth
  secret:
    secretName: {{ . }}
    defaultMode: 288
    items:
      - {key: {{ $values.auth.key }}, path: token}
{{- end }}
{{- with $values.tls.existingSecret }}
- name: tls
  secret:
    defaultMode: 288
    {{- if eq (last $) "controller" }}
    secretName: {{ . }}
    items:
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.key}
    {{- else }}
    secretName: {{ include "kconmon.tls.caSecret" (first $) }}
    items:
      - {key: ca.crt, path: ca.crt}
    {{- end }}
{{- end }}
{{- end -}}
{{- define "kconmon.secretMounts" -}}
{{- if .Values.auth.existingSecret }}
- {name: auth, mountPath: /etc/kconmon-auth, readOnly: true}
{{- end }}
{{- if .Values.tls.existingSecret }}
- {name: tls, mountPath: /etc/kconmon-tls, readOnly: true}
{{- end }}
{{- end -}}

{{/*
The agents' affinity: the user's, and each label of nodeAntiAffinity in every term, for terms are alternatives and a
node is to be avoided by any one of them.
*/}}
{{- define "kconmon.agent.affinity" -}}
{{- $affinity := deepCopy .Values.agent.affinity -}}
{{- if .Values.nodeAntiAffinity -}}
{{- $node := $affinity.nodeAffinity | default dict -}}
{{- $required := $node.requiredDuringSchedulingIgnoredDuringExecution | default dict -}}
{{- $avoid := list -}}
{{- range .Values.nodeAntiAffinity -}}
{{- $avoid = append $avoid (dict "key" .key "operator" "NotIn" "values" (list (include "kconmon.text" .value))) -}}
{{- end -}}
{{- $terms := list -}}
{{- range $required.nodeSelectorTerms | default (list dict) -}}
{{- $expressions := concat (.matchExpressions | default list) $avoid -}}
{{- $terms = append $terms (merge (dict "matchExpressions" $expressions) .) -}}
{{- end -}}
{{- $_ := set $required "nodeSelectorTerms" $terms -}}
{{- $_ := set $node "requiredDuringSchedulingIgnoredDuringExecution" $required -}}
{{- $_ := set $affinity "nodeAffinity" $node -}}
{{- end -}}
{{- if $affinity -}}
{{- toYaml $affinity -}}
{{- end -}}
{{- end -}}

{{/* "true" or "". Called with (list $ value), the value being true, false or "auto". */}}
{{- define "kconmon.operator" -}}
{{- $value := last . -}}
{{- if kindIs "bool" $value -}}
{{- ternary "true" "" $value -}}
{{- else if (first .).Capabilities.APIVersions.Has "monitoring.coreos.com/v1" -}}
true
{{- end -}}
{{- end -}}

{{- define "kconmon.serviceMonitor" -}}
{{- with .Values.prometheus -}}
{{- if not (and .enablePodMonitor (eq (toString .enableServiceMonitor) "auto")) -}}
{{- include "kconmon.operator" (list $ .enableServiceMonitor) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Where scraped pods say which node they are on: kconmon's own meters have no node in their labels. */}}
{{- define "kconmon.relabelings" -}}
- sourceLabels: [__meta_kubernetes_pod_node_name]
  targetLabel: node
{{- with .Values.prometheus.relabelings }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Of a ServiceMonitor or a PodMonitor: agents, and controllers beside them where these speak another protocol. */}}
{{- define "kconmon.endpoints" -}}
{{- $schemes := list "http" -}}
{{- if .Values.tls.existingSecret }}{{ $schemes = append $schemes "https" }}{{ end -}}
{{- range $schemes }}
- port: {{ . }}
  path: /metrics
  {{- if eq . "https" }}
  scheme: https
  tlsConfig:
    ca:
      secret: {name: {{ include "kconmon.tls.caSecret" $ }}, key: ca.crt}
    serverName: {{ include "kconmon.controller.host" $ }} # targets are addresses, and the certificate is for a name
  {{- end }}
  interval: {{ $.Values.prometheus.interval }}
  scrapeTimeout: {{ $.Values.prometheus.scrapeTimeout }}
  relabelings:
    {{- include "kconmon.relabelings" $ | nindent 4 }}
  {{- with $.Values.prometheus.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Rules and dashboards are written for the usual prefix. Called with (list $ text). */}}
{{- define "kconmon.prefixed" -}}
{{- $prefix := (first .).Values.metricsPrefix -}}
{{- last . | replace "kconmon_" (printf "%s_" $prefix) | replace "kconmon:" (printf "%s:" $prefix) -}}
{{- end -}}

{{/* Of a Prometheus duration, such as 1m30s. */}}
{{- define "kconmon.millis" -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+(ms|s|m|h)" . -1 -}}
{{- $sum = regexFind "[a-z]+" . | get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000) | mul (regexFind "[0-9]+" . | atoi) | add $sum -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* What a name server may be; the schema sees to the characters alone, for its refusal would be this pattern. */}}
{{- define "kconmon.serverPattern" -}}
{{- $octet := "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])" -}}
{{- $ipv4 := printf "((%s\\.){3}%s)" $octet $octet -}}
{{- $group := "[0-9a-fA-F]{1,4}" -}}
{{- $ipv6 := printf "(((%[1]s:){7}%[1]s|(%[1]s(:%[1]s){0,6})?::((%[1]s:){0,6}(%[1]s|%[2]s))?)(%%[0-9a-fA-F.]+)?)" $group $ipv4 -}}
{{- $port := "(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}))?" -}}
{{- printf "^(%[1]s%[3]s|%[2]s|\\[(%[1]s|%[2]s)\\]%[3]s)$" $ipv4 $ipv6 $port -}}
{{- end -}}

{{/* What the schema cannot say. */}}
{{- define "kconmon.check" -}}
{{- with .Values -}}
{{- if .config }}{{ fail "config: its keys stand at the top level now: config.tcp.timeout is tcp.timeout (docs/migration.md)" }}{{ end -}}
{{- if .docker }}{{ fail "docker: docker.image is image.repository, docker.tag is image.tag now (docs/migration.md)" }}{{ end -}}
{{- if .resources }}{{ fail "resources: resources.agent.cpu is agent.resources.requests.cpu now (docs/migration.md)" }}{{ end -}}
{{- range $protocol, $it := fromYaml (include "kconmon.protocols" $) -}}
{{- if gt (int64 $it.timeout) (int64 $it.interval) }}{{ fail (printf "%s.timeout: %d must not be longer than %s.interval (%d)" $protocol (int64 $it.timeout) $protocol (int64 $it.interval)) }}{{ end -}}
{{- end -}}
{{- $server := include "kconmon.serverPattern" $ -}}
{{- range .dns.servers -}}
{{- if not (regexMatch $server .) }}{{ fail (printf "dns.servers: \"%s\" is not allowed; allowed: addresses, each with or without a port: 10.0.0.10, [::1]:5353" .) }}{{ end -}}
{{- end -}}
{{- with .prometheus -}}
{{- if gt (include "kconmon.millis" .scrapeTimeout | int64) (include "kconmon.millis" .interval | int64) }}{{ fail (printf "prometheus.scrapeTimeout: %s must not be longer than prometheus.interval (%s)" .scrapeTimeout .interval) }}{{ end -}}
{{- end -}}
{{- range $program, $it := dict "agent" .agent "controller" .controller -}}
{{- with $it.terminationGracePeriodSeconds -}}
{{- if le (mul . 1000) (int64 $.Values.drain) }}{{ fail (printf "%s.terminationGracePeriodSeconds: %v is not longer than the drain (%v ms)" $program . $.Values.drain) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if and (not .tls.existingSecret) (or .tls.caSecret .tls.serverName) }}{{ fail "tls.existingSecret: it is empty, so tls.caSecret and tls.serverName are of no use; allowed: a Secret with the controllers' certificate (docs/security.md), or none of the three" }}{{ end -}}
{{- if and .enableTcpTweaks .agent.hostNetwork }}{{ fail "enableTcpTweaks: with agent.hostNetwork it would change the nodes' own kernel parameters; allowed: one of the two" }}{{ end -}}
{{- if and .prometheus.enablePodMonitor (eq (toString .prometheus.enableServiceMonitor) "true") }}{{ fail "prometheus.enablePodMonitor: with prometheus.enableServiceMonitor every pod would be scraped twice; allowed: one of the two" }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* The protocols' settings: every group of the values that has an interval and a timeout. */}}
{{- define "kconmon.protocols" -}}
{{- range $name, $group := .Values }}
{{- if and (kindIs "map" $group) (hasKey $group "interval") (hasKey $group "timeout") }}
{{ $name }}:
  {{- range $key, $value := $group }}
  {{ $key }}: {{ if kindIs "float64" $value }}{{ int64 $value }}{{ else }}{{ toJson $value }}{{ end }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* kconmon.yaml: one file for both programs. */}}
{{- define "kconmon.settings" -}}
{{- with .Values -}}
port: {{ int64 .port }}
metricsPrefix: {{ .metricsPrefix | quote }}
drain: {{ int64 .drain }}
reports.enabled: {{ .reports.enabled }}
events.enabled: {{ .events.enabled }}
log-level: {{ .logLevel | quote }}
controller-url: {{ include "kconmon.controller.url" $ }}
{{- if .auth.existingSecret }}
token-file: /etc/kconmon-auth/token
{{- end }}
{{- if .tls.existingSecret }}
tls-certificate: /etc/kconmon-tls/tls.crt
tls-private-key: /etc/kconmon-tls/tls.key
tls-ca: /etc/kconmon-tls/ca.crt
{{- end }}
{{ include "kconmon.protocols" $ }}
failureDomainLabel: {{ .failureDomainLabel | quote }}
agent-selector: {{ printf "app.kubernetes.io/name=%s,app.kubernetes.io/instance=%s,app.kubernetes.io/component=agent" (include "kconmon.name" $) $.Release.Name }}
{{- end -}}
{{- end -}}
