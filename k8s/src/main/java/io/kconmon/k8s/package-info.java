/**
 * The roster from Kubernetes. {@link KubernetesRosterSource} keeps two {@link ResourceCache}s, of nodes and of agent
 * pods, each filled by a {@link ListWatch}; {@link Membership} decides which of them are in the roster, and the result
 * is posted on a board.
 *
 * <p>
 * The only package that knows Kubernetes. A node read as a full object is 50 kB of heap, and a watched cluster sends
 * thousands of them a minute: {@link Wire} names the fields that are read, and the parser skips all others.
 *
 * <p>
 * {@link Credentials} finds the {@link ApiServer}, how it is reached and the {@link Login}, in a pod or by a
 * {@link Kubeconfig}; {@link Api} asks it, on a connection for each request.
 */
@NullMarked
package io.kconmon.k8s;

import org.jspecify.annotations.NullMarked;
