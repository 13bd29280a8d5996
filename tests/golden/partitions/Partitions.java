import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/**
 * Prints, as JSON, for keys of every length up to 40 bytes and some real ones: the key in hexadecimal, Kafka's own
 * hash of it, and the partition that Java's producer chooses among each of some numbers of partitions.
 */
class Partitions {
  static final int[] COUNTS = {1, 2, 3, 4, 7, 12, 100, 1_000};
  static String separator = "";

  public static void main(String[] args) {
    System.out.print("[");
    var random = new Random(42);
    for (int length = 0; length <= 40; length++) {
      for (int turn = 0; turn < 3; turn++) {
        byte[] key = new byte[length];
        random.nextBytes(key);
        print(key);
      }
    }
    for (String key : new String[] {"183653763", "183653756", "Traffic Stop", "größe ✓"}) {
      print(key.getBytes(StandardCharsets.UTF_8));
    }
    System.out.println("\n]");
  }

  static void print(byte[] key) {
    var line = new StringBuilder(separator + "\n  { \"key\": \"" + HexFormat.of().formatHex(key) + "\"");
    line.append(", \"hash\": ").append(Utils.murmur2(key)).append(", \"partitions\": {");
    for (int at = 0; at < COUNTS.length; at++) {
      line.append(at == 0 ? " " : ", ").append('"').append(COUNTS[at]).append("\": ");
      line.append(BuiltInPartitioner.partitionForKey(key, COUNTS[at]));
    }
    System.out.print(line.append(" } }"));
    separator = ",";
  }
}
