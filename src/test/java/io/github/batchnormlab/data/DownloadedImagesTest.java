package io.github.batchnormlab.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.repository.RemoteRepository;
import ai.djl.repository.Repository;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadedImagesTest {
  @TempDir private Path folder;

  /** A repository as DJL's own, in a folder. */
  private Repository repository() throws Exception {
    Path dataset = folder.resolve("dataset/cv/ai/djl/basicdataset/fashmnist");
    Path files = TinyImages.write(dataset.resolve("1.0/fashmnist"), 20, 12);
    String item = "\"%s\": {\"uri\": \"%s\", \"name\": \"%s\", \"extension\": \"\"}";
    List<String> names = List.of("train_data", "train_labels", "test_data", "test_labels");
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      String name = TinyImages.NAMES.get(i);
      String file = Files.exists(files.resolve(name)) ? name : name + ".gz";
      items.append(i == 0 ? "" : ", ").append(String.format(item, names.get(i), file, file));
    }
    Files.writeString(
        dataset.resolve("metadata.json"),
        """
        {"metadataVersion": "0.2", "resourceType": "dataset", "application": "cv",
         "groupId": "ai.djl.basicdataset", "artifactId": "fashmnist", "name": "Fashion",
         "artifacts": [{"version": "1.0", "name": "fashmnist", "files": {%s}}]}
        """
            .formatted(items));
    return Repository.newInstance("local", folder);
  }

  @Test
  void theFilesAreThoseOfTheRepository() throws Exception {
    List<Path> files = DownloadedImages.files("fashion-mnist", repository());
    assertEquals(20, Images.readImages(files.get(0)).dimensions()[0]);
    assertEquals(20, Images.readLabels(files.get(1)).dimensions()[0]);
    assertEquals(12, Images.readImages(files.get(2)).dimensions()[0]);
    assertEquals(12, Images.readLabels(files.get(3)).dimensions()[0]);
  }

  /** DJL asks for its list again after a day, but not where it is told to stay offline. */
  @Test
  void whatWasDownloadedIsKept() throws Exception {
    repository();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          // Addresses of files are relative to another place than those in a folder.
          String name = Path.of(exchange.getRequestURI().getPath()).getFileName().toString();
          Path set = folder.resolve("dataset/cv/ai/djl/basicdataset/fashmnist");
          Path files = name.equals("metadata.json") ? set : set.resolve("1.0/fashmnist");
          byte[] bytes = Files.readAllBytes(files.resolve(name));
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    System.setProperty("DJL_CACHE_DIR", folder.resolve("kept").toString());
    try {
      List<Path> files =
          DownloadedImages.files("fashion-mnist", new RemoteRepository("here", address));
      server.stop(0);
      Path list =
          folder.resolve("kept/cache/repo/dataset/cv/ai/djl/basicdataset/fashmnist/metadata.json");
      String old = "\"lastUpdated\": \"2020-01-01T00:00:00.000Z\"";
      Files.writeString(
          list, Files.readString(list).replaceFirst("\"lastUpdated\": \"[^\"]*\"", old));
      assertTrue(Files.readString(list).contains(old), Files.readString(list));
      assertEquals(
          files, DownloadedImages.files("fashion-mnist", new RemoteRepository("here", address)));
      assertEquals(20, Images.readImages(files.get(0)).dimensions()[0]);
    } finally {
      System.clearProperty("DJL_CACHE_DIR");
      server.stop(0);
    }
  }

  /** There is no host of this name anywhere. */
  @Test
  void withoutANetworkASentenceSaysWhatToDo() {
    Repository nowhere = new RemoteRepository("none", URI.create("https://nowhere.invalid/"));
    TableException error =
        assertThrows(TableException.class, () -> DownloadedImages.files("mnist", nowhere));
    assertTrue(
        error
            .getMessage()
            .startsWith("mnist could not be downloaded from https://nowhere.invalid/ ("),
        error.getMessage());
    assertTrue(
        error.getMessage().endsWith("--data may name a folder with its four files instead."),
        error.getMessage());
  }
}
