package io.kconmon.controller.web;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A picture of few colours, as a page is, with a palette of 256: about a third of its size. */
final class SmallPng {

    private static final int COLOURS = 256;
    /** Colours that are nearer than this to one in the palette are taken for it, summed over red, green and blue. */
    private static final int NEAR = 12;

    private SmallPng() {
    }

    static byte[] of(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                counts.merge(image.getRGB(x, y) & 0xffffff, 1, Integer::sum);
            }
        }
        List<Integer> common = counts.entrySet().stream().sorted(Map.Entry.<Integer, Integer>comparingByValue()
                .reversed()).map(Map.Entry::getKey).toList();
        int[] palette = new int[COLOURS];
        int size = 0;
        for (int colour : common) {
            if (size < COLOURS && (size == 0 || distance(colour, palette[nearest(colour, palette, size)]) > NEAR)) {
                palette[size++] = colour;
            }
        }
        var model = new IndexColorModel(8, COLOURS, palette, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
        var small = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> known = new HashMap<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int used = size;
                small.getRaster().setSample(x, y, 0, known.computeIfAbsent(image.getRGB(x, y) & 0xffffff,
                        colour -> nearest(colour, palette, used)));
            }
        }
        var out = new ByteArrayOutputStream();
        ImageIO.write(small, "png", out);
        return out.toByteArray();
    }

    private static int nearest(int colour, int[] palette, int size) {
        int best = 0;
        for (int i = 1; i < size; i++) {
            if (distance(colour, palette[i]) < distance(colour, palette[best])) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int a, int b) {
        return Math.abs((a >> 16 & 255) - (b >> 16 & 255)) + Math.abs((a >> 8 & 255) - (b >> 8 & 255))
                + Math.abs((a & 255) - (b & 255));
    }
}
