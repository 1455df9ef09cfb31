/**
 * Settings: each is declared once, in the package that uses it, with its default and its allowed values.
 * {@link Settings} are the values from a file, the environment and system properties, checked before anything starts.
 * Helidon's {@code Config} finds the strongest source of each.
 */
@NullMarked
package io.kconmon.shared.config;

import org.jspecify.annotations.NullMarked;
