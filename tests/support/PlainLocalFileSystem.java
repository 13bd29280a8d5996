import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Local files as Hadoop has them, but with the permissions that they have anyway: Hadoop starts a process, chmod, for each
 * file that it creates, which are twelve for a batch of a query.
 */
public class PlainLocalFileSystem extends LocalFileSystem {
  public PlainLocalFileSystem() {
    super(new Raw());
  }

  public static class Raw extends RawLocalFileSystem {
    public void setPermission(Path path, FsPermission permission) {}
  }
}
