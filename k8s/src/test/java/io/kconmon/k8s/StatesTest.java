package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields kept of Kubernetes' objects, from JSON as the API server sends it. */
class StatesTest {

    private static final List<String> TAINTS = K8sSettings.DRAIN_TAINTS.parse()
            .apply(K8sSettings.DRAIN_TAINTS.fallback()).orElseThrow();

    @Test
    void anEmptyNodeIsNotReadyAndHasNoZone() throws IOException {
        assertEquals(new NodeState("unknown", Instant.EPOCH, false, false), node("{}"));
        assertEquals(new NodeState("unknown", Instant.EPOCH, false, false),
                node("{'metadata':{'name':'a'},'spec':{},'status':{}}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {}                                                                                    | unknown
            {'topology.kubernetes.io/zone':'a'}                                                   | a
            {'failure-domain.beta.kubernetes.io/zone':'b'}                                        | b
            {'topology.kubernetes.io/zone':'a','failure-domain.beta.kubernetes.io/zone':'b'}      | a
            {'topology.kubernetes.io/zone':'','failure-domain.beta.kubernetes.io/zone':'b'}       | b
            {'topology.kubernetes.io/zone':'','failure-domain.beta.kubernetes.io/zone':''}        | unknown
            {'topology.kubernetes.io/region':'a'}                                                 | unknown
            """)
    void zone(String labels, String zone) throws IOException {
        assertEquals(zone, node("{'metadata':{'labels':" + labels + "}}").zone());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'spec':{'taints':[{'key':'node.kubernetes.io/unreachable','effect':'NoExecute'}]}}                | false
            {'spec':{'taints':[{'key':'DeletionCandidateOfClusterAutoscaler','effect':'PreferNoSchedule'}]}}   | false
            {'spec':{'taints':[{'key':'x'},{'key':'ToBeDeletedByClusterAutoscaler','value':'17'}]}}            | true
            {'spec':{'taints':[{'key':'karpenter.sh/disrupted'}]}}                                             | true
            {'spec':{'taints':[{'key':'karpenter.sh/disruption','value':'disrupting'}]}}                       | true
            {'spec':{'taints':[{'key':'node.kubernetes.io/out-of-service','value':'nodeshutdown'}]}}           | true
            {'spec':{'taints':[{'key':'node.cloudprovider.kubernetes.io/shutdown'}]}}                          | true
            {'spec':{'taints':[{'key':'aws-node-termination-handler/spot-itn','value':'i-1'}]}}                | true
            {'spec':{'taints':[{'key':'aws-node-termination-handler/asg-lifecycle-termination'}]}}             | true
            {'spec':{'taints':[{'key':'aws-node-termination-handler/scheduled-maintenance'}]}}                 | true
            {'spec':{'taints':[{'key':'aws-node-termination-handler/rebalance-recommendation'}]}}              | true
            {'spec':{'taints':[{'key':'cloud.google.com/impending-node-termination'}]}}                        | true
            {'spec':{'taints':[{'key':'remediator.kubernetes.azure.com/unschedulable'}]}}                      | true
            {'spec':{'taints':[{'key':'remediator.aks.microsoft.com/unschedulable'}]}}                         | true
            {'spec':{'taints':[{'key':'aks-node-termination-handler/preempt'}]}}                               | true
            {'spec':{'taints':[{'key':'aks-node-termination-handler/terminate'}]}}                             | true
            {'spec':{'taints':[{'key':'autoscaling.cast.ai/draining','value':'true'}]}}                        | true
            {'spec':{'taints':[{'key':'kubernetes.azure.com/scalesetpriority','value':'spot'}]}}               | false
            {'spec':{'taints':[{'key':'cloud.google.com/gke-spot','value':'true'}]}}                           | false
            {'spec':{'taints':[{'key':'node.kubernetes.io/not-ready','effect':'NoExecute'}]}}                  | false
            {'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'}}                                          | true
            """)
    void leaving(String json, boolean leaving) throws IOException {
        assertEquals(leaving, node(json).leaving());
    }

    @Test
    void heartbeatsChangeNothing() throws IOException {
        String beat = "{'metadata':{'resourceVersion':'%s'},'spec':{'podCIDR':'10.0.0.0/24'},'status':{'conditions':["
                + "{'type':'MemoryPressure','status':'False','lastHeartbeatTime':'%s'},"
                + "{'type':'Ready','status':'Unknown','lastHeartbeatTime':'%s','lastTransitionTime':'2026-01-01T00:00:09Z'}]}}";
        NodeState one = node(beat.formatted("1", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"));
        assertEquals(one, node(beat.formatted("2", "2026-01-01T00:00:03Z", "2026-01-01T00:00:03Z")));
        assertEquals(Instant.parse("2026-01-01T00:00:09Z"), one.notReadySince());
        assertFalse(one.ready());
    }

    @Test
    void aCordonedReadyNode() throws IOException {
        NodeState node = node(
                "{'spec':{'unschedulable':true},'status':{'conditions':[{'type':'Ready','status':'True'}]}}");
        assertTrue(node.ready() && node.cordoned());
        assertNull(node.notReadySince());
    }

    @Test
    void anEmptyPod() throws IOException {
        assertEquals(new PodState("", "", "", false, false, false, null, Instant.EPOCH), pod("{}"));
    }

    @ParameterizedTest
    @CsvSource({
            "True,  2026-01-01T00:00:05Z, true,  true",
            "True,  2026-01-01T00:00:00Z, true,  true",
            // never Ready: the condition is as old as the pod's start, or a moment older
            "False, 2026-01-01T00:00:00Z, false, false",
            "False, 2025-12-31T23:59:59Z, false, false",
            // it was, or the condition would not have turned
            "False, 2026-01-01T00:00:01Z, false, true",
            "False, never,                false, false"})
    void readinessNowAndInThePast(String status, String turned, boolean ready, boolean ever) throws IOException {
        PodState pod = pod(
                "{'metadata':{'name':'p','creationTimestamp':'2026-01-01T00:00:00Z'},'spec':{'nodeName':'n'},"
                        + "'status':{'phase':'Running','podIP':'10.0.0.1','startTime':'2026-01-01T00:00:00Z','conditions':["
                        + "{'type':'ContainersReady','status':'True','lastTransitionTime':'2026-01-01T00:00:03Z'},"
                        + "{'type':'Ready','status':'" + status + "','lastTransitionTime':'" + turned + "'}]}}");
        assertEquals(
                new PodState("p", "n", "10.0.0.1", ready, ever, false, null, Instant.parse("2026-01-01T00:00:00Z")),
                pod);
    }

    /** After an outage of the API server, the condition says False for half a minute although nothing has happened. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            Running | [{'name':'agent','ready':true}]                                | true
            Running | [{'name':'agent','ready':true},{'name':'mesh','ready':true}]   | true
            Running | [{'name':'agent','ready':true},{'name':'mesh','ready':false}]  | false
            Running | [{'name':'agent','ready':false}]                               | false
            Running | [{'name':'agent'}]                                             | false
            Running | []                                                             | false
            Pending | [{'name':'agent','ready':true}]                                | false
            Failed  | [{'name':'agent','ready':true}]                                | false
            """)
    void readyContainersMakeAReadyPod(String phase, String containers, boolean ready) throws IOException {
        PodState pod = pod("{'metadata':{'name':'p'},'spec':{'nodeName':'n'},'status':{'phase':'" + phase
                + "','podIP':'10.0.0.1','conditions':[{'type':'Ready','status':'False'}],'containerStatuses':"
                + containers + "}}");
        assertEquals(ready, pod.ready());
    }

    /** An API server sends the type first, which JSON does not require. */
    @Test
    void anEventsFieldsComeInAnyOrder() throws IOException {
        assertEquals("n", Wire.event("""
                {"object":{"metadata":{"name":"n"}},"more":{"a":[1]},"type":"ADDED"}""", Wire.Node.class).object()
                .orElseThrow().metadata().name());
        assertEquals(410, Wire.event("""
                {"object":{"kind":"Status","status":"Failure","metadata":{},"code":410},"type":"ERROR"}""",
                Wire.Pod.class).error().orElseThrow().code());
        assertThrows(IOException.class, () -> Wire.event("{\"object\":{}}", Wire.Pod.class));
        assertThrows(IOException.class, () -> Wire.event("[]", Wire.Pod.class));
    }

    @Test
    void theDeletionTimeIsTheRequests() throws IOException {
        assertEquals(Instant.parse("2026-01-01T00:00:00Z"), pod(
                "{'metadata':{'deletionTimestamp':'2026-01-01T00:00:30Z','deletionGracePeriodSeconds':30}}")
                .terminatingSince());
        assertEquals(Instant.parse("2026-01-01T00:00:30Z"),
                pod("{'metadata':{'deletionTimestamp':'2026-01-01T00:00:30Z'}}").terminatingSince());
    }

    @ParameterizedTest
    @CsvSource({"Pending, false", "Running, false", "Unknown, false", "Succeeded, true", "Failed, true"})
    void ended(String phase, boolean ended) throws IOException {
        assertEquals(ended, pod("{'status':{'phase':'" + phase + "'}}").ended());
    }

    @Test
    void anInvalidAddressIsNotPassedOn() throws IOException {
        assertEquals("", pod("{'status':{'podIP':'evil.example'}}").ip());
        assertEquals("fd00::1", pod("{'status':{'podIP':'fd00::1'}}").ip());
    }

    private static NodeState node(String json) throws IOException {
        return NodeState.of(event(json, Wire.Node.class), "topology.kubernetes.io/zone", TAINTS);
    }

    private static PodState pod(String json) throws IOException {
        return PodState.of(event(json, Wire.Pod.class));
    }

    private static <J> J event(String json, Class<J> type) throws IOException {
        return Wire.event(("{'type':'ADDED','object':" + json + "}").replace('\'', '"'), type).object().orElseThrow();
    }
}
