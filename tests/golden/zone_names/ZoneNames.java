import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The names that Java has for the times of zones.
 *
 * <pre>java tests/golden/zone_names/ZoneNames.java answers | written | read</pre>
 *
 * `answers` prints what a formatter writes for each zone in January and July, for the test; `written` and `read` print the
 * lines of the tables in lib/stream/time/zones.
 */
public class ZoneNames {
  public static void main(String[] args) {
    var ids = new TreeSet<>(ZoneId.getAvailableZoneIds());
    var lines = switch (args[0]) {
      case "answers" -> ids.stream().map(ZoneNames::answer);
      case "written" -> written(ids);
      default -> read(ids);
    };
    lines.forEach(System.out::println);
  }

  static String answer(String id) {
    var names = new ArrayList<>(List.of(id));
    for (var month : new int[] {1, 7}) {
      var time = ZonedDateTime.of(2018, month, 15, 12, 0, 0, 0, ZoneId.of(id));
      for (var pattern : new String[] {"z", "zzzz"}) {
        names.add(DateTimeFormatter.ofPattern(pattern, Locale.US).format(time));
      }
    }
    return String.join("|", names);
  }

  static String[] namesOf(String id) {
    var zone = TimeZone.getTimeZone(id);
    return Stream.of(false, true)
        .flatMap(summer -> Stream.of(TimeZone.SHORT, TimeZone.LONG).map(style -> zone.getDisplayName(summer, style, Locale.US)))
        .toArray(String[]::new);
  }

  static Stream<String> written(TreeSet<String> ids) {
    Map<String, List<String>> zones = new TreeMap<>();
    for (var id : ids) zones.computeIfAbsent(String.join("|", namesOf(id)), names -> new ArrayList<>()).add(id);
    return zones.entrySet().stream().map(each -> each.getKey() + "|" + String.join(" ", each.getValue()));
  }

  static Stream<String> read(TreeSet<String> ids) {
    Map<String, TreeSet<String>> names = new TreeMap<>();
    for (var id : ids) {
      var own = namesOf(id);
      for (var index = 0; index < own.length; index++) {
        var pattern = index % 2 == 0 ? "z" : "zzzz";
        var parser = new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(pattern).toFormatter(Locale.US);
        var zone = parser.parse(own[index]).query(TemporalQueries.zone()).getId();
        names.computeIfAbsent(zone, none -> new TreeSet<>()).add(own[index]);
      }
    }
    return names.entrySet().stream().map(each -> each.getKey() + "|" + String.join("|", each.getValue()));
  }
}
