{{/*
What every template begins with: nulls are taken out, wherever they come from (a parent chart, Argo CD, Flux), what the
templates cannot do without is filled in, and what cannot be is refused.
*/}}
{{- define "kconmon.values" -}}
{{- include "kconmon.compact" .Values -}}
{{- include "kconmon.fill" (list .Values (include "kconmon.defaults" . | fromYaml)) -}}
{{- include "kconmon.check" . -}}
{{- end -}}

{{/* Called with a map or a list, which it changes. */}}
{{- define "kconmon.compact" -}}
{{- range $key, $value := . -}}
{{- if and (kindIs "invalid" $value) (kindIs "map" $) -}}
{{- $_ := unset $ $key -}}
{{- else if or (kindIs "map" $value) (kindIs "slice" $value) -}}
{{- include "kconmon.compact" $value -}}
{{- if and (kindIs "slice" $value) (kindIs "map" $) -}}
{{- $_ := set $ $key (without $value nil) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Called with (list values defaults): changes the values that are not there, or "". */}}
{{- define "kconmon.fill" -}}
{{- $values := first . -}}
{{- range $key, $default := last . -}}
{{- if kindIs "map" $default -}}
{{- if not (hasKey $values $key) }}{{ $_ := set $values $key dict }}{{ end -}}
{{- include "kconmon.fill" (list (get $values $key) $default) -}}
{{- else if eq (get $values $key | toString) "" -}}
{{- $_ := set $values $key $default -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Those of values.yaml, as a test holds them. Protocols have none: what is not said is the programs' default. */}}
{{- define "kconmon.defaults" -}}
port: 8080
metricsPrefix: kconmon
pairMetrics: all
pairMetricsWorst: 20
failureDomainLabel: topology.kubernetes.io/zone
dns: {}
mesh: auto
meshPeers: 20
meshZonePairs: 10
meshFullUpTo: 100
reports: {enabled: true}
events: {enabled: true}
drain: 7500
logLevel: info
clusterDomain: cluster.local
enableTcpTweaks: false
auth: {key: token}
tls: {}
image: {repository: kconmon, pullPolicy: IfNotPresent}
agent:
  hostNetwork: false
  updateStrategy: {type: RollingUpdate}
  serviceAccount: {create: true}
controller:
  replicas: 2
  serviceAccount: {create: true}
rbac: {create: true}
networkPolicy:
  enabled: false
  metricsFrom: [{namespaceSelector: {}}]
  dnsPorts: [53]
  apiServerPorts: [443, 6443]
prometheus:
  enableServiceMonitor: auto
  enablePodMonitor: false
  enableRules: auto
dashboards: {enabled: true}
test: {}
global: {}
{{- end -}}

{{/* Several maps as one, of which a later one is stronger. Called with a list of them. */}}
{{- define "kconmon.merged" -}}
{{- $all := dict -}}
{{- range . }}{{ range $key, $value := . }}{{ $_ := set $all $key $value }}{{ end }}{{ end -}}
{{- with $all }}{{ toYaml . }}{{ end -}}
{{- end -}}
