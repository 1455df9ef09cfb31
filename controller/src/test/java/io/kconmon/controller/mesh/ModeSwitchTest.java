package io.kconmon.controller.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.controller.mesh.MeshSettings.Mode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ModeSwitchTest {

    private static List<Boolean> decisions(Mode mode, int... nodes) {
        var it = new ModeSwitch(new MeshSettings(mode, 20, 10, 100));
        return IntStream.of(nodes).mapToObj(it::isBounded).toList();
    }

    @Test
    void byItselfItIsBoundedAboveANumberAndFullOnceATenthIsGone() {
        assertEquals(List.of(false, false, true, true, true, true, false, false, false, true),
                decisions(Mode.AUTO, 3, 100, 101, 100, 95, 91, 90, 95, 100, 101));
        assertEquals(List.of(true, true), decisions(Mode.AUTO, 5000, 99));
    }

    @Test
    void orAsItIsSet() {
        assertEquals(List.of(false, false), decisions(Mode.FULL, 3, 5000));
        assertEquals(List.of(true, true), decisions(Mode.BOUNDED, 3, 5000));
    }
}
