/**
 * The page at {@code /}: static files of its own, hand-written and served as they are. Knows nothing of the mesh; the
 * page reads its data from {@code /status} and {@code /status/stream}, in the browser.
 */
@NullMarked
package io.kconmon.controller.web;

import org.jspecify.annotations.NullMarked;
