package io.kconmon.k8s;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Posts the agents of a Kubernetes cluster, by the rule in {@link Membership}: once nodes and pods are both known and
 * watched, and from then on within 100 ms of every change. While either cannot be watched, the last roster stays up and
 * the board has the reason.
 */
public final class KubernetesRosterSource implements RosterSource {

    private static final Duration EVENT_PAUSE = Duration.ofSeconds(2);
    private static final Log LOG = Log.of("k8s");

    private final RosterBoard board;
    private final Timeouts timeouts;
    private final Api api;
    private final NodeEvents nodeEvents;
    private final String from;
    private final AtomicLong rosters = new AtomicLong();
    private final Semaphore changed = new Semaphore(0);
    private final Resource<Wire.Node, NodeState> nodeResource;
    private final Resource<Wire.Pod, PodState> podResource;
    private final ResourceCache<NodeState> nodes;
    private final ResourceCache<PodState> pods;
    private final List<Thread> threads = new ArrayList<>();

    /** @throws BadSettingException if there are no credentials, or unusable ones */
    public static KubernetesRosterSource create(Settings settings, RosterBoard board) {
        Credentials credentials = Credentials.find(settings, System.getenv(), Credentials.SERVICE_ACCOUNT,
                FilePath.of(System.getProperty("user.home", "/")).orElse(Path.of("/")));
        return new KubernetesRosterSource(settings, credentials, board, Timeouts.USUAL);
    }

    KubernetesRosterSource(Settings settings, Credentials credentials, RosterBoard board, Timeouts timeouts) {
        this.board = board;
        this.timeouts = timeouts;
        this.api = new Api(credentials.server());
        this.nodeEvents = new NodeEvents(api, timeouts.answer(), EVENT_PAUSE);
        this.from = credentials.from();
        this.nodeResource = Resource.nodes(settings.get(K8sSettings.FAILURE_DOMAIN_LABEL),
                settings.get(K8sSettings.DRAIN_TAINTS));
        this.podResource = Resource.pods(credentials.namespace(), settings.get(K8sSettings.AGENT_SELECTOR));
        this.nodes = new ResourceCache<>(nodeResource.name(), changed);
        this.pods = new ResourceCache<>(podResource.name(), changed);
    }

    @Override
    public void start() {
        LOG.info("the roster comes from Kubernetes", "server", api.base(), "credentials", from, "pods",
                podResource.selector());
        threads.add(Thread.ofVirtual().name("watch nodes").start(new ListWatch<>(api, nodeResource, nodes, timeouts)));
        threads.add(Thread.ofVirtual().name("watch pods").start(new ListWatch<>(api, podResource, pods, timeouts)));
        threads.add(Thread.ofVirtual().name("post roster").start(this::postChanges));
    }

    private void postChanges() {
        try {
            while (true) {
                changed.acquire();
                Thread.sleep(timeouts.merge());
                changed.drainPermits();
                post();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void post() {
        try {
            String trouble = Stream.of(nodes, pods).flatMap(it -> it.trouble().stream())
                    .collect(Collectors.joining("; "));
            if (!trouble.isEmpty()) {
                board.trouble(trouble, silence());
            } else if (nodes.current() && pods.current()) {
                rosters.incrementAndGet();
                board.post(RosterBuilder.roster(nodes.rows(), pods.rows().values()));
            }
        } catch (RuntimeException e) {
            LOG.bug("no roster could be made", e);
        }
    }

    /** For how long the roster may have been wrong already. */
    private Duration silence() {
        return Stream.of(nodes, pods).filter(it -> it.trouble().isPresent()).map(ResourceCache::silence)
                .max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Changes of nodes and pods from the API server, including kubelets' heartbeats. */
    public long events() {
        return nodes.events() + pods.events();
    }

    /** How often all nodes, or all agent pods, were listed: once each at first, then only after missing changes. */
    public long lists() {
        return nodes.lists() + pods.lists();
    }

    /** How often nodes, or agent pods, could be watched no longer. */
    public long troubles() {
        return nodes.troubles() + pods.troubles();
    }

    /** How many rosters were made; changes that come together are merged, heartbeats make none. */
    public long rosters() {
        return rosters.get();
    }

    /** Agent pods that are watched, in the roster or not. */
    public int podsKnown() {
        return pods.rows().size();
    }

    /** By the same credentials. */
    public NodeEvents nodeEvents() {
        return nodeEvents;
    }

    /** For tests. */
    List<Thread> threads() {
        return List.copyOf(threads);
    }

    @Override
    public void close() {
        nodeEvents.close();
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
    }
}
