/**
 * The roster from Kubernetes. {@link KubernetesRosterSource} keeps two {@link ResourceCache}s, of nodes and of agent pods, each
 * filled by a {@link ListWatch}; {@link Membership} says who of them is in, and the outcome is posted on a board.
 *
 * <p>
 * The only package that knows Kubernetes. Of fabric8 it uses what is hard to do well, which is credentials and TLS, and
 * not its model: a node read as a full object is 50 kB of heap, and a watched cluster sends thousands of them a minute.
 * {@link Wire} says which fields are read; all others are skipped by the parser.
 */
@NullMarked
package io.kconmon.k8s;

import org.jspecify.annotations.NullMarked;
