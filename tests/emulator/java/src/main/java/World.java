import com.apple.itunes.storekit.client.AppStoreServerAPIClient;
import com.apple.itunes.storekit.model.DecodedRealtimeRequestBody;
import com.apple.itunes.storekit.model.Environment;
import com.apple.itunes.storekit.model.PerformanceTestConfig;
import com.apple.itunes.storekit.model.RealtimeRequestBody;
import com.apple.itunes.storekit.model.RealtimeResponseBody;
import com.apple.itunes.storekit.verification.SignedDataVerifier;
import com.apple.itunes.storekit.verification.VerificationException;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A running emulator, and what a developer has around it: Apple's clients, and a server that is asked in real time. */
final class World implements AutoCloseable {
    /** JSON as Apple's library reads and writes it: by the fields, past the checks of its setters. */
    static final ObjectMapper FIELDS = new ObjectMapper()
            .setVisibility(PropertyAccessor.ALL, Visibility.NONE)
            .setVisibility(PropertyAccessor.FIELD, Visibility.ANY);

    /** What standard input tells. The URLs are those of the control routes and of the two environments. */
    static final class Given {
        String url;
        String sandboxUrl;
        String productionUrl;
        String keyId;
        String issuerId;
        String bundleId;
        String privateKey;
        long appAppleId;
        byte[] fullSizeImage;
        byte[] bulletPointImage;
        byte[] strangersRootCertificate;
        PerformanceTestConfig performanceTest;
    }

    final Given given;
    final AppStoreServerAPIClient sandbox;
    final AppStoreServerAPIClient production;

    private final HttpClient control = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer server;
    private volatile String signedPayload;
    private volatile int status;
    private volatile byte[] answer;

    World(Given given) throws IOException {
        this.given = given;
        sandbox = client(given.privateKey, Environment.SANDBOX, given.sandboxUrl);
        production = client(given.privateKey, Environment.PRODUCTION, given.productionUrl);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * Apple's client, pointed at one of the emulator's environments by the name of a host.
     *
     * <p>Its constructor asks for the URL before it has its own field {@code url}, which hides a variable of that name.
     */
    AppStoreServerAPIClient client(String privateKey, Environment environment, String baseUrl) {
        return new AppStoreServerAPIClient(privateKey, given.keyId, given.issuerId, given.bundleId, environment) {
            @Override
            protected String getUrlForEnvironment(Environment environment) {
                return baseUrl;
            }
        };
    }

    /** Apple's client for the sandbox, pointed there by a path. */
    AppStoreServerAPIClient clientByPath() {
        return new AppStoreServerAPIClient(
                given.privateKey, given.keyId, given.issuerId, given.bundleId, Environment.SANDBOX) {
            @Override
            protected String getUrlForEnvironment(Environment environment) {
                return given.url;
            }

            @Override
            protected HttpResponseInterface makeRequest(
                    String path, String method, Map<String, List<String>> query, Map<String, String> headers,
                    String contentType, byte[] body) throws IOException {
                return super.makeRequest("/sandbox" + path, method, query, headers, contentType, body);
            }
        };
    }

    /** Makes the emulator as new. */
    void reset() throws Exception {
        control("POST", "/reset", Map.of());
    }

    /** One of the emulator's control routes. */
    byte[] control(String method, String path, Object body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(given.url + "/_emulator" + path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(FIELDS.writeValueAsBytes(body)))
                .build();
        HttpResponse<byte[]> response = control.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + new String(response.body()));
        }
        return response.body();
    }

    /** Where the developer's server listens. */
    String realtimeUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/apple";
    }

    /** What the developer's server answers from now on: JSON as Jackson makes it of Apple's class by default. */
    void answers(RealtimeResponseBody body) throws Exception {
        answers(200, new ObjectMapper().writeValueAsBytes(body));
    }

    void answers(int status, byte[] answer) {
        this.status = status;
        this.answer = answer;
    }

    /** The emulator's report of a real-time request, once its URL is configured past the API. */
    JsonNode ask(String environment, Map<String, String> about) throws Exception {
        String app = "/" + environment + "/" + given.bundleId;
        control("PUT", app + "/realtime-url", Map.of("realtimeURL", realtimeUrl()));
        return FIELDS.readTree(control("POST", app + "/realtime-request", about));
    }

    /** The latest real-time request, as Apple's verifier reads it. */
    DecodedRealtimeRequestBody verified(Environment environment, long appAppleId, byte[] rootCertificate)
            throws VerificationException {
        return new SignedDataVerifier(
                Set.of(new ByteArrayInputStream(rootCertificate)), given.bundleId, appAppleId, environment, false)
                .verifyAndDecodeRealtimeRequest(signedPayload);
    }

    /** What a developer's server has to trust in place of Apple's root. */
    byte[] rootCertificate() throws Exception {
        return control("GET", "/root-certificate", Map.of());
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        signedPayload = FIELDS.readValue(body, RealtimeRequestBody.class).getSignedPayload();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
