package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class K8sSettingsTest {

    @Test
    void defaultsAreAllowed() {
        Settings settings = Settings.of(K8sSettings.ALL, Map.of());
        assertEquals("topology.kubernetes.io/zone", settings.get(K8sSettings.FAILURE_DOMAIN_LABEL));
        assertEquals("", settings.get(K8sSettings.NAMESPACE));
        assertEquals(15, settings.get(K8sSettings.DRAIN_TAINTS).size());
        assertEquals(List.of(), Settings.of(K8sSettings.ALL, Map.of("drain-taints", ""))
                .get(K8sSettings.DRAIN_TAINTS));
    }

    @Test
    void aKubeconfigThatIsNotAPath() {
        var refused = assertThrows(BadSettingException.class,
                () -> Settings.of(K8sSettings.ALL, Map.of("kubeconfig", "/tmp/a\0b")));
        assertEquals("kubeconfig: \"/tmp/a\\x00b\" is not allowed (given);"
                + " allowed: a file's path in the locale's characters, empty or none", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            failureDomainLabel | a zone/b     | a label's key
            failureDomainLabel | /zone        | a label's key
            namespace          | Monitoring   | a namespace's name, or empty
            namespace          | ../secrets   | a namespace's name, or empty
            agent-selector     | app=a&limit=1| a label selector
            drain-taints       | a,b c        | keys of taints
            """)
    void badSettings(String key, String text, String allowed) {
        var refused = assertThrows(BadSettingException.class,
                () -> Settings.of(K8sSettings.ALL, Map.of(key, text)));
        assertEquals("%s: \"%s\" is not allowed (given); allowed: %s".formatted(key, text, allowed),
                refused.getMessage());
    }
}
