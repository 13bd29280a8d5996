import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.Scanner;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes with Java's producer what stdin says, a command a line, its words parted by tabs; contents are in
 * hexadecimal, and "-" is null:
 *
 *     write PRODUCER CODEC TOPIC TIMESTAMP KEY VALUE [HEADER VALUE]…
 *     flush | begin | commit | abort PRODUCER
 *
 * A producer whose name begins with "plain" has no transactions.
 */
class Produce {
  static final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
  static String servers;

  public static void main(String[] args) {
    servers = args[0];
    try (Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8)) {
      while (lines.hasNextLine()) run(lines.nextLine().split("\t"));
    }
    producers.values().forEach(KafkaProducer::close);
  }

  static void run(String[] words) {
    var producer = producers.computeIfAbsent(words[1], name -> open(name, words.length > 2 ? words[2] : "none"));
    switch (words[0]) {
      case "write" -> write(producer, words);
      case "flush" -> producer.flush();
      case "begin" -> producer.beginTransaction();
      case "commit" -> producer.commitTransaction();
      case "abort" -> {
        // What was not sent yet would be dropped.
        producer.flush();
        producer.abortTransaction();
      }
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  static KafkaProducer<byte[], byte[]> open(String name, String codec) {
    var properties = new Properties();
    properties.put("bootstrap.servers", servers);
    properties.put("compression.type", codec);
    properties.put("linger.ms", 60_000);
    properties.put("batch.size", 1_000_000);
    if (!name.startsWith("plain")) properties.put("transactional.id", name);
    var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    if (!name.startsWith("plain")) producer.initTransactions();
    return producer;
  }

  static void write(KafkaProducer<byte[], byte[]> producer, String[] words) {
    var record = new ProducerRecord<>(words[3], 0, Long.valueOf(words[4]), bytes(words[5]), bytes(words[6]));
    for (int at = 7; at + 1 < words.length; at += 2) {
      record.headers().add(new String(bytes(words[at]), StandardCharsets.UTF_8), bytes(words[at + 1]));
    }
    producer.send(record);
  }

  static byte[] bytes(String word) {
    return word.equals("-") ? null : HexFormat.of().parseHex(word.substring(1));
  }
}
