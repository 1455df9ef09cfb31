package io.kconmon.k8s;

import io.kconmon.shared.config.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The settings of a controller that gets its roster from Kubernetes. */
public final class K8sSettings {

    private static final String LABEL_KEY = "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([\\w.-]{0,61}[A-Za-z0-9])?";

    public static final Setting<String> FAILURE_DOMAIN_LABEL = Setting.text("failureDomainLabel",
            "topology.kubernetes.io/zone", Pattern.compile(LABEL_KEY), "a label's key",
            "node label that names the zone; where a node lacks it, failure-domain.beta.kubernetes.io/zone");
    public static final Setting<String> NAMESPACE = Setting.text("namespace", "",
            Pattern.compile("|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"), "a namespace's name, or empty",
            "where the agents run; if empty the controller's own namespace, or the kubeconfig's");
    public static final Setting<String> AGENT_SELECTOR = Setting.text("agent-selector",
            "app.kubernetes.io/name=kconmon,app.kubernetes.io/component=agent",
            Pattern.compile("[\\w./=!,() -]{1,1000}"), "a label selector", "which pods are agents");
    public static final Setting<Optional<Path>> KUBECONFIG = Setting.optionalPath("kubeconfig",
            "how to reach the API server; if empty $KUBECONFIG, the service account, or ~/.kube/config");
    public static final Setting<List<String>> DRAIN_TAINTS = Setting.list("drain-taints",
            List.of("ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption",
                    "node.kubernetes.io/out-of-service", "node.cloudprovider.kubernetes.io/shutdown",
                    "aws-node-termination-handler/spot-itn",
                    "aws-node-termination-handler/asg-lifecycle-termination",
                    "aws-node-termination-handler/scheduled-maintenance",
                    "aws-node-termination-handler/rebalance-recommendation",
                    "cloud.google.com/impending-node-termination",
                    "remediator.kubernetes.azure.com/unschedulable",
                    "remediator.aks.microsoft.com/unschedulable", "aks-node-termination-handler/preempt",
                    "aks-node-termination-handler/terminate", "autoscaling.cast.ai/draining"),
            Pattern.compile(LABEL_KEY), "keys of taints",
            "a node with one of these is switched off or being removed: its agent is out");

    public static final List<Setting<?>> ALL = List.of(FAILURE_DOMAIN_LABEL, NAMESPACE, AGENT_SELECTOR, KUBECONFIG,
            DRAIN_TAINTS);

    private K8sSettings() {
    }
}
