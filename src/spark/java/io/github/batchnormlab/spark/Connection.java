package io.github.batchnormlab.spark;

import io.github.batchnormlab.run.Cluster;
import io.github.batchnormlab.study.SettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** The way to a cluster. Any property of Spark may be set as a system property before. */
final class Connection {
  private static final Pattern LOCAL = Pattern.compile("local(\\[(\\*|[1-9]\\d{0,3})\\])?");
  private static final Pattern STANDALONE =
      Pattern.compile("spark://([^\\s:,/]+:\\d{1,5}(?:,[^\\s:,/]+:\\d{1,5})*)");
  private static final Pattern OTHERS = Pattern.compile("yarn|k8s://\\S+");

  private static final int MILLISECONDS_TO_ANSWER = 5_000;

  private Connection() {}

  /**
   * Connects.
   *
   * @param master the address of the cluster
   * @param name of the application, as the cluster shows it
   * @return the context; the caller closes it
   * @throws SettingException if the address is none, or nothing answers there
   */
  static JavaSparkContext open(String master, String name) {
    List<InetSocketAddress> hosts = hosts(master);
    boolean answers = hosts.isEmpty() || hosts.stream().anyMatch(Connection::answers);
    if (!answers) {
      throw bad(master, "must be the address of a master that runs, and nothing answers there");
    }
    SparkConf conf = new SparkConf().setMaster(master).setAppName(name);
    conf.setIfMissing("spark.ui.enabled", "false"); // Nobody has asked for a server.
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    conf.setIfMissing("spark.log.level", "ERROR"); // Where Spark has its own way to log.
    if (!hosts.isEmpty() && hosts.stream().allMatch(Connection::isLoopback)) {
      // Workers of this machine; its name may lead nowhere.
      String loopback = InetAddress.getLoopbackAddress().getHostAddress();
      conf.setIfMissing("spark.driver.host", loopback);
      conf.setIfMissing("spark.driver.bindAddress", loopback);
    }
    try {
      return new JavaSparkContext(conf);
    } catch (Exception e) {
      // Spark throws checked exceptions that it does not declare.
      if (reason(e).startsWith("Could not parse Master URL")) { // Nothing here knows such clusters.
        throw bad(master, "needs a part of Spark that spark-submit brings along: start with that");
      }
      throw bad(master, "must be a cluster that this program can use (" + reason(e) + ")");
    }
  }

  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause instanceof SparkException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** The masters to ask, one of which leads; none where there is no address. */
  private static List<InetSocketAddress> hosts(String master) {
    if (LOCAL.matcher(master).matches() || OTHERS.matcher(master).matches()) {
      return List.of();
    }
    Matcher standalone = STANDALONE.matcher(master);
    if (!standalone.matches()) {
      throw bad(master, "must be spark://HOST:PORT, local[N], yarn or k8s://URL");
    }
    List<InetSocketAddress> hosts = new ArrayList<>();
    for (String host : standalone.group(1).split(",")) {
      int colon = host.lastIndexOf(':');
      int port = Integer.parseInt(host.substring(colon + 1));
      if (port < 1 || port > 65_535) {
        throw bad(master, "must have a port between 1 and 65535");
      }
      hosts.add(new InetSocketAddress(host.substring(0, colon), port));
    }
    return hosts;
  }

  private static boolean answers(InetSocketAddress host) {
    try (Socket socket = new Socket()) {
      socket.connect(host, MILLISECONDS_TO_ANSWER);
      return true;
    } catch (IOException e) { // Also of a host that nobody knows.
      return false;
    }
  }

  private static boolean isLoopback(InetSocketAddress host) {
    return host.getAddress() != null && host.getAddress().isLoopbackAddress();
  }

  private static SettingException bad(String master, String rule) {
    return new SettingException(Cluster.OPTION, master, rule);
  }
}
