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
app.kubernetes.io/name: {{ include "kconmon.name" $root | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
{{- with last . }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/*
All labels of an object: the chart's, those of commonLabels, the selectors, and the object's own. A pod's have no version in
them, for a new chart is no reason to restart. Called with (list $ component own…); the component is "" for what belongs to both.
*/}}
{{- define "kconmon.labels" -}}
{{- $root := first . -}}
{{- $chart := dict
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/part-of" "kconmon"
  "app.kubernetes.io/managed-by" $root.Release.Service
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") -}}
{{- $selector := include "kconmon.selector" (list $root (index . 1)) | fromYaml -}}
{{- include "kconmon.merged" (concat (list $chart $root.Values.commonLabels $selector) (slice . 2)) -}}
{{- end -}}

{{/* Called with (list $ component own), as is the next. */}}
{{- define "kconmon.podLabels" -}}
{{- $root := first . -}}
{{- $selector := include "kconmon.selector" (list $root (index . 1)) | fromYaml -}}
{{- include "kconmon.merged" (list (include "kconmon.notInjected.labels" $root | fromYaml) $root.Values.commonLabels (last .) $selector) -}}
{{- end -}}
{{- define "kconmon.podAnnotations" -}}
{{- $root := first . -}}
{{- $checksum := dict "checksum/config" (include "kconmon.settings" $root | sha256sum) -}}
{{- include "kconmon.merged" (list (include "kconmon.notInjected.annotations" $root | fromYaml) (last .) $checksum) -}}
{{- end -}}

{{/*
What a ServiceMonitor finds the Services by. It is no label of app.kubernetes.io: Argo CD, for one, writes its own name over
app.kubernetes.io/instance.
*/}}
{{- define "kconmon.release" -}}
kconmon.io/release: {{ .Release.Name | quote }}
{{- end -}}

{{/* Numbers of a values file are floating: 3240000 would be 3.24e+06. */}}
{{- define "kconmon.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/*
What keeps service meshes and observability operators out of the pods: a proxy's connection is not the network's, and the
image's Java takes no agents.
*/}}
{{- define "kconmon.notInjected.annotations" -}}
sidecar.istio.io/inject: "false"
linkerd.io/inject: disabled
consul.hashicorp.com/connect-inject: "false"
appmesh.k8s.aws/sidecarInjectorWebhook: disabled
kuma.io/sidecar-injection: disabled
instrumentation.opentelemetry.io/inject-apache-httpd: "false"
instrumentation.opentelemetry.io/inject-dotnet: "false"
instrumentation.opentelemetry.io/inject-go: "false"
instrumentation.opentelemetry.io/inject-java: "false"
instrumentation.opentelemetry.io/inject-nginx: "false"
instrumentation.opentelemetry.io/inject-nodejs: "false"
instrumentation.opentelemetry.io/inject-python: "false"
instrumentation.opentelemetry.io/inject-sdk: "false"
sidecar.opentelemetry.io/inject: "false"
instrumentation.newrelic.com/inject-java: "false"
dynatrace.com/inject: "false"
oneagent.dynatrace.com/inject: "false"
metadata-enrichment.dynatrace.com/inject: "false"
data-ingest.dynatrace.com/inject: "false"
sidecar.jaegertracing.io/inject: "false"
{{- end -}}
{{- define "kconmon.notInjected.labels" -}}
sidecar.istio.io/inject: "false"
istio.io/dataplane-mode: none
kuma.io/sidecar-injection: disabled
admission.datadoghq.com/enabled: "false"
instana-autotrace: "false"
{{- end -}}

{{/* A registry that is named apart takes the place of the repository's own: the part before the first slash, if it is a host. */}}
{{- define "kconmon.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with .Values.global.imageRegistry | default .Values.image.registry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $repository "") -}}
{{- end -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ $repository }}@{{ .digest }}
{{- else -}}
{{ $repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Those of a parent chart and our own, each as a name or as {name: …}, and once. */}}
{{- define "kconmon.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat (.Values.global.imagePullSecrets | default list) (.Values.imagePullSecrets | default list) -}}
{{- if kindIs "map" . }}{{ $names = append $names .name }}{{ else }}{{ $names = append $names . }}{{ end -}}
{{- end -}}
{{- with $names | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Called with (list $ component). */}}
{{- define "kconmon.serviceAccount" -}}
{{- $name := printf "%s-%s" (include "kconmon.fullname" (first .)) (last .) -}}
{{- with (get (first .).Values (last .)).serviceAccount -}}
{{- if .create -}}
{{- .name | default $name -}}
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
    secretName: {{ . | quote }}
    defaultMode: 288
    items:
      - {key: {{ $values.auth.key | quote }}, path: token}
{{- end }}
{{- with $values.tls.existingSecret }}
- name: tls
  secret:
    defaultMode: 288
    {{- if eq (last $) "controller" }}
    secretName: {{ . | quote }}
    items:
      - {key: tls.crt, path: tls.crt}
      - {key: tls.key, path: tls.key}
    {{- else }}
    secretName: {{ include "kconmon.tls.caSecret" (first $) | quote }}
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
The agents' affinity: the user's, and in every term, for terms are alternatives, what keeps agents off nodes: each label of
nodeAntiAffinity, and the expressions of agent.nodeMatchExpressions. These are left out on GKE Autopilot, which has no such nodes
and refuses affinity to labels that it does not know.
*/}}
{{- define "kconmon.agent.affinity" -}}
{{- $affinity := deepCopy (.Values.agent.affinity | default dict) -}}
{{- $all := list -}}
{{- if not (.Capabilities.APIVersions.Has "auto.gke.io/v1") -}}
{{- $all = .Values.agent.nodeMatchExpressions | default list -}}
{{- end -}}
{{- range .Values.nodeAntiAffinity -}}
{{- $all = append $all (dict "key" .key "operator" "NotIn" "values" (list (include "kconmon.text" .value))) -}}
{{- end -}}
{{- if $all -}}
{{- $node := $affinity.nodeAffinity | default dict -}}
{{- $required := $node.requiredDuringSchedulingIgnoredDuringExecution | default dict -}}
{{- $terms := list -}}
{{- range $required.nodeSelectorTerms | default (list dict) -}}
{{- $expressions := concat (.matchExpressions | default list) $all -}}
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

{{/* A surge and an unavailable pod exclude each other: with maxSurge, maxUnavailable is 0. */}}
{{- define "kconmon.agent.updateStrategy" -}}
{{- with .Values.agent.updateStrategy -}}
type: {{ .type }}
{{- if eq .type "RollingUpdate" -}}
{{- $surge := dict -}}
{{- if include "kconmon.some" (.rollingUpdate | default dict).maxSurge }}{{ $surge = dict "maxUnavailable" 0 }}{{ end -}}
{{- with include "kconmon.merged" (list .rollingUpdate $surge) }}
rollingUpdate:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* "true" or "": whether a number or percentage is more than none. */}}
{{- define "kconmon.some" -}}
{{- if not (has (toString .) (list "" "<nil>" "0" "0%")) }}true{{ end -}}
{{- end -}}

{{/* What both programs' pods have in common. Called with (list $ component), as is the next. */}}
{{- define "kconmon.podSpec" -}}
{{- $root := first . -}}
{{- $values := get $root.Values (last .) -}}
serviceAccountName: {{ include "kconmon.serviceAccount" . | quote }}
automountServiceAccountToken: {{ eq (last .) "controller" }}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ include "kconmon.gracePeriod" (list $root $values) }}
{{- with $root.Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "kconmon.imagePullSecrets" $root }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $values.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with $values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "kconmon.fullname" $root | quote }}
  {{- with include "kconmon.secretVolumes" . | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with $values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
{{- define "kconmon.volumeMounts" -}}
- {name: config, mountPath: /etc/kconmon, readOnly: true}
{{- include "kconmon.secretMounts" (first .) }}
{{- with (get (first .).Values (last .)).extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* "true" or "". Called with (list $ value), the value being true, false or "auto". */}}
{{- define "kconmon.operator" -}}
{{- if kindIs "bool" (last .) -}}
{{- ternary "true" "" (last .) -}}
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
- targetLabel: release
  replacement: {{ include "kconmon.fullname" . | quote }}
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
      secret: {name: {{ include "kconmon.tls.caSecret" $ | quote }}, key: ca.crt}
    serverName: {{ include "kconmon.controller.host" $ | quote }} # targets are addresses, and the certificate is for a name
  {{- end }}
  {{- with $.Values.prometheus.interval }}
  interval: {{ . }}
  {{- end }}
  {{- with $.Values.prometheus.scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  relabelings:
    {{- include "kconmon.relabelings" $ | nindent 4 }}
  {{- with $.Values.prometheus.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/*
The name of an object for Prometheus or Grafana: in a namespace that is not the release's, another release may be called the
same. Called with (list $ namespace); either may be "".
*/}}
{{- define "kconmon.monitoring.name" -}}
{{- $root := first . -}}
{{- include "kconmon.fullname" $root -}}
{{- if ne (last . | default $root.Release.Namespace) $root.Release.Namespace }}-{{ $root.Release.Namespace }}{{ end -}}
{{- end -}}

{{/* The release's namespace, for a monitor that is in another one. */}}
{{- define "kconmon.namespaceSelector" -}}
{{- if ne (.Values.prometheus.namespace | default .Release.Namespace) .Release.Namespace }}
namespaceSelector:
  matchNames: [{{ .Release.Namespace | quote }}]
{{- end }}
{{- end -}}

{{/*
What tells the dashboards of two releases apart, which Grafana wants in file names, UIDs and titles alike; nothing for the
release kconmon in the namespace kconmon.
*/}}
{{- define "kconmon.dashboards.of" -}}
{{- $of := printf "%s/%s" .Release.Namespace (include "kconmon.fullname" .) -}}
{{- if ne $of "kconmon/kconmon" }}{{ $of }}{{ end -}}
{{- end -}}

{{/*
PromQL that asks for this release's series alone, of several in a cluster or a namespace. What scrapes without the chart's
monitors may set neither label: then all is as if there was one release. Called with (list $ text quotation-mark).
*/}}
{{- define "kconmon.ofRelease" -}}
{{- $root := index . 0 -}}
{{- $label := printf "=~%[1]s|%%s%[1]s" (index . 2) -}}
{{- $matchers := printf "namespace%s,release%s" (printf $label $root.Release.Namespace) (include "kconmon.fullname" $root | printf $label) -}}
{{- $name := "(kconmon[_:][a-z0-9_:]+|ALERTS)" -}}
{{- $text := regexReplaceAll (printf "%s\\{" $name) (index . 1) (printf "${1}@{%s," $matchers) -}}
{{- $text = regexReplaceAll (printf "%s([^a-z0-9_:@]|$)" $name) $text (printf "${1}{%s}${2}" $matchers) -}}
{{- replace "@{" "{" $text -}}
{{- end -}}

{{/* The rules of files/rules.yaml, for this release. */}}
{{- define "kconmon.rules" -}}
{{- $rules := .Files.Get "files/rules.yaml" | fromYaml -}}
{{- range $rules.groups -}}
{{- range .rules -}}
{{- $rule := . -}}
{{- $_ := include "kconmon.ofRelease" (list $ .expr "\"") | set . "expr" -}}
{{- range $key, $text := .annotations -}}
{{- $_ := include "kconmon.ofRelease" (list $ $text "\"") | set $rule.annotations $key -}}
{{- end -}}
{{- $own := dict "namespace" $.Release.Namespace "release" (include "kconmon.fullname" $) -}}
{{- $_ := .labels | default dict | merge $own | set . "labels" -}}
{{- end -}}
{{- end -}}
{{- include "kconmon.prefixed" (list . (toYaml $rules)) -}}
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
{{- if and $it.timeout $it.interval (gt (int64 $it.timeout) (int64 $it.interval)) }}{{ fail (printf "%s.timeout: %d must not be longer than %s.interval (%d)" $protocol (int64 $it.timeout) $protocol (int64 $it.interval)) }}{{ end -}}
{{- end -}}
{{- $server := include "kconmon.serverPattern" $ -}}
{{- range .dns.servers -}}
{{- if not (regexMatch $server .) }}{{ fail (printf "dns.servers: \"%s\" is not allowed; allowed: addresses, each with or without a port: 10.0.0.10, [::1]:5353" .) }}{{ end -}}
{{- end -}}
{{- with .prometheus -}}
{{- if and .scrapeTimeout .interval (gt (include "kconmon.millis" (.scrapeTimeout | default "") | int64) (include "kconmon.millis" (.interval | default "") | int64)) }}{{ fail (printf "prometheus.scrapeTimeout: %s must not be longer than prometheus.interval (%s)" .scrapeTimeout .interval) }}{{ end -}}
{{- end -}}
{{- if eq (toString .enabled) "false" }}{{ fail "enabled: it is false, and yet this chart is rendered; allowed: true, or a condition in the parent chart's dependency, so that Helm leaves it out" }}{{ end -}}
{{- $account := include "kconmon.serviceAccount" (list $ "agent") -}}
{{- if and .agent.serviceAccount.create .controller.serviceAccount.create (eq $account (include "kconmon.serviceAccount" (list $ "controller"))) }}{{ fail (printf "agent.serviceAccount.name: \"%s\" would be made twice; allowed: another name than the controllers', who may read nodes and pods" $account) }}{{ end -}}
{{- range $program, $it := dict "agent" .agent "controller" .controller -}}
{{- range $it.extraVolumes -}}
{{- if has .name (list "config" "auth" "tls") }}{{ fail (printf "%s.extraVolumes: \"%s\" is not allowed, for it is the chart's own; allowed: any other name" $program .name) }}{{ end -}}
{{- end -}}
{{- range $it.extraVolumeMounts -}}
{{- if has (trimSuffix "/" .mountPath) (list "/etc/kconmon" "/etc/kconmon-auth" "/etc/kconmon-tls") }}{{ fail (printf "%s.extraVolumeMounts: \"%s\" is not allowed, for it is the chart's own; allowed: any other path" $program .mountPath) }}{{ end -}}
{{- end -}}
{{- with $it.terminationGracePeriodSeconds -}}
{{- if le (mul . 1000) (int64 $.Values.drain) }}{{ fail (printf "%s.terminationGracePeriodSeconds: %v is not longer than the drain (%v ms)" $program . $.Values.drain) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if and (not .tls.existingSecret) (or .tls.caSecret .tls.serverName) }}{{ fail "tls.existingSecret: it is empty, so tls.caSecret and tls.serverName are of no use; allowed: a Secret with the controllers' certificate (docs/security.md), or none of the three" }}{{ end -}}
{{- with .agent.updateStrategy.rollingUpdate -}}
{{- $surge := include "kconmon.some" .maxSurge -}}
{{- if and $surge $.Values.agent.hostNetwork }}{{ fail "agent.updateStrategy.rollingUpdate.maxSurge: with agent.hostNetwork two agents would want one port of the node; allowed: maxUnavailable" }}{{ end -}}
{{- if and $surge (include "kconmon.some" .maxUnavailable) (ne (toString .maxUnavailable) "10%") }}{{ fail "agent.updateStrategy.rollingUpdate: maxSurge and maxUnavailable cannot both be more than 0; allowed: one of the two" }}{{ end -}}
{{- if and (not $surge) (hasKey . "maxUnavailable") (not (include "kconmon.some" .maxUnavailable)) }}{{ fail "agent.updateStrategy.rollingUpdate.maxUnavailable: 0 without maxSurge would replace no agent; allowed: one of the two above 0" }}{{ end -}}
{{- end -}}
{{- if and .enableTcpTweaks .agent.hostNetwork }}{{ fail "enableTcpTweaks: with agent.hostNetwork it would change the nodes' own kernel parameters; allowed: one of the two" }}{{ end -}}
{{- if and .prometheus.enablePodMonitor (eq (toString .prometheus.enableServiceMonitor) "true") }}{{ fail "prometheus.enablePodMonitor: with prometheus.enableServiceMonitor every pod would be scraped twice; allowed: one of the two" }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* The protocols' settings: every group of the values that has an interval or a timeout. */}}
{{- define "kconmon.protocols" -}}
{{- range $name, $group := .Values }}
{{- if and (kindIs "map" $group) (not (has $name (list "prometheus" "global" "tags"))) (not (regexMatch "^(x-|_|\\.)" $name)) (or (hasKey $group "interval") (hasKey $group "timeout")) }}
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
pair-metrics: {{ .pairMetrics | quote }}
pair-metrics-worst: {{ int64 .pairMetricsWorst }}
drain: {{ int64 .drain }}
mesh: {{ .mesh | quote }}
mesh-peers: {{ int64 .meshPeers }}
mesh-zone-pairs: {{ int64 .meshZonePairs }}
mesh-full-up-to: {{ int64 .meshFullUpTo }}
reports.enabled: {{ .reports.enabled }}
events.enabled: {{ .events.enabled }}
log-level: {{ kindIs "bool" .logLevel | ternary "off" .logLevel | quote }}
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
{{- if hasKey . "drainTaints" }}
drain-taints: {{ toJson .drainTaints }}
{{- end }}
agent-selector: {{ printf "app.kubernetes.io/name=%s,app.kubernetes.io/instance=%s,app.kubernetes.io/component=agent" (include "kconmon.name" $) $.Release.Name }}
{{- end -}}
{{- end -}}
