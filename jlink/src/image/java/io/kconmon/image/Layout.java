package io.kconmon.image;

/** Where things are in the image. */
final class Layout {

    static final String HOME = "opt/kconmon";
    static final String JVM = HOME + "/jvm";
    static final String JARS = HOME + "/jars";
    static final String COMMANDS = HOME + "/bin";
    static final String ARCHIVE = HOME + "/classes.jsa";

    private Layout() {
    }
}
