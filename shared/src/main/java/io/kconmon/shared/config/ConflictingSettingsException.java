package io.kconmon.shared.config;

/**
 * Two values of one record that conflict, thrown by its constructor. {@link Settings#read} adds their origins.
 */
public final class ConflictingSettingsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final transient Setting<?> setting;
    private final transient Setting<?> other;

    /**
     * Made by the record's constructor.
     *
     * @param setting
     *            that is not allowed
     * @param allowed
     *            in words, the other's key last
     * @param other
     *            that it does not go with
     */
    public ConflictingSettingsException(Setting<?> setting, String allowed, Setting<?> other) {
        super(allowed);
        this.setting = setting;
        this.other = other;
    }

    Setting<?> setting() {
        return setting;
    }

    Setting<?> other() {
        return other;
    }
}
