/**
 * Settings: each is declared once, beside what it sets, with its default and what is allowed; {@link Settings} are
 * their values from a file, the environment and system properties, read as they are written and checked before
 * anything starts.
 */
@NullMarked
package io.kconmon.shared.config;

import org.jspecify.annotations.NullMarked;
