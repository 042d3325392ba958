import com.apple.itunes.storekit.client.APIError;
import com.apple.itunes.storekit.client.APIException;
import com.apple.itunes.storekit.client.AppStoreServerAPIClient;
import com.apple.itunes.storekit.model.AdvancedCommerceInfo;
import com.apple.itunes.storekit.model.AlternateProduct;
import com.apple.itunes.storekit.model.BillingPlanType;
import com.apple.itunes.storekit.model.BulletPoint;
import com.apple.itunes.storekit.model.DecodedRealtimeRequestBody;
import com.apple.itunes.storekit.model.DefaultConfigurationRequest;
import com.apple.itunes.storekit.model.DefaultConfigurationResponse;
import com.apple.itunes.storekit.model.Environment;
import com.apple.itunes.storekit.model.GetImageListResponse;
import com.apple.itunes.storekit.model.GetImageListResponseItem;
import com.apple.itunes.storekit.model.GetMessageListResponse;
import com.apple.itunes.storekit.model.GetMessageListResponseItem;
import com.apple.itunes.storekit.model.HeaderPosition;
import com.apple.itunes.storekit.model.ImageSize;
import com.apple.itunes.storekit.model.ImageState;
import com.apple.itunes.storekit.model.Message;
import com.apple.itunes.storekit.model.MessageState;
import com.apple.itunes.storekit.model.PerformanceTestRequest;
import com.apple.itunes.storekit.model.PerformanceTestResponse;
import com.apple.itunes.storekit.model.PerformanceTestResultResponse;
import com.apple.itunes.storekit.model.PerformanceTestStatus;
import com.apple.itunes.storekit.model.PromotionalOffer;
import com.apple.itunes.storekit.model.PromotionalOfferSignatureV1;
import com.apple.itunes.storekit.model.RealtimeResponseBody;
import com.apple.itunes.storekit.model.RealtimeUrlRequest;
import com.apple.itunes.storekit.model.RealtimeUrlResponse;
import com.apple.itunes.storekit.model.SendAttemptResult;
import com.apple.itunes.storekit.model.UploadMessageImage;
import com.apple.itunes.storekit.model.UploadMessageRequestBody;
import com.apple.itunes.storekit.offers.PromotionalOfferSignatureCreator;
import com.apple.itunes.storekit.offers.PromotionalOfferV2SignatureCreator;
import com.apple.itunes.storekit.verification.VerificationException;
import com.apple.itunes.storekit.verification.VerificationStatus;
import com.fasterxml.jackson.databind.JsonNode;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** What Apple's library makes of the emulator: one line of JSON a step. */
public final class Steps {
    private static final UUID HERO = UUID.fromString("a1b2c3d4-e5f6-7890-a1b2-000000000001");
    private static final UUID ICON = UUID.fromString("a1b2c3d4-e5f6-7890-a1b2-000000000002");
    private static final UUID MESSAGE = UUID.fromString("a1b2c3d4-e5f6-7890-a1b2-000000000003");
    private static final UUID NOTHING = UUID.fromString("a1b2c3d4-e5f6-7890-a1b2-000000000004");

    private static final String PRODUCT = "com.example.monthly";
    private static final String LOCALE = "en-US";
    private static final String TRANSACTION = "70000500092808";
    private static final Map<String, String> CUSTOMER = Map.of(
            "productId", PRODUCT, "userLocale", LOCALE, "originalTransactionId", TRANSACTION);
    private static final PerformanceTestRequest TEST = new PerformanceTestRequest(TRANSACTION);

    /** One step: what it returns is reported as its detail. */
    private interface Act {
        String run() throws Exception;
    }

    /** A call of Apple's client. */
    private interface Call {
        void make() throws Exception;
    }

    private final World world;
    private final AppStoreServerAPIClient sandbox;
    private final AppStoreServerAPIClient production;

    private Steps(World world) {
        this.world = world;
        sandbox = world.sandbox;
        production = world.production;
    }

    public static void main(String[] arguments) throws Exception {
        try (World world = new World(World.FIELDS.readValue(System.in, World.Given.class))) {
            Steps steps = new Steps(world);
            steps.lives();
            steps.realtime();
            steps.refusals();
            steps.answersWithoutAnError();
        }
    }

    private void lives() throws Exception {
        step("images", () -> {
            sandbox.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            sandbox.uploadImage(ICON, world.given.bulletPointImage, ImageSize.BULLET_POINT);
            expect(sandbox.getImageList(), images(
                    image(HERO, ImageSize.FULL_SIZE, ImageState.APPROVED),
                    image(ICON, ImageSize.BULLET_POINT, ImageState.APPROVED)));
            sandbox.deleteImage(HERO);
            sandbox.deleteImage(ICON);
            expect(sandbox.getImageList(), images());
        });
        step("image-without-a-size", () -> {
            sandbox.uploadImage(HERO, world.given.fullSizeImage, null);
            expect(sandbox.getImageList(), images(image(HERO, ImageSize.FULL_SIZE, ImageState.APPROVED)));
        });
        step("message", () -> {
            sandbox.uploadMessage(MESSAGE, text());
            expect(sandbox.getMessageList(), messages(MessageState.APPROVED));
            sandbox.deleteMessage(MESSAGE);
            expect(sandbox.getMessageList(), messages());
        });
        step("message-with-all-its-parts", () -> {
            uploadWithImages();
            expect(sandbox.getMessageList(), messages(MessageState.APPROVED));
        });
        step("message-beyond-ascii", () -> {
            String header = "\uD83D\uDE00".repeat(33);
            sandbox.uploadMessage(MESSAGE, new UploadMessageRequestBody(header, "R\u00E9sum\u00E9"));
            JsonNode app = World.FIELDS.readTree(world.control("GET", "/inventory", Map.of())).path("apps").path(0);
            expect(app.path("messages").path(0).path("header").asText(), header);
            expect(app.path("messages").path(0).path("body").asText(), "R\u00E9sum\u00E9");
        });
        step("longest-texts-of-apples-classes", () -> {
            sandbox.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            sandbox.uploadImage(ICON, world.given.bulletPointImage, ImageSize.BULLET_POINT);
            BulletPoint longest = new BulletPoint("t".repeat(66), ICON, "a".repeat(150));
            sandbox.uploadMessage(MESSAGE, new UploadMessageRequestBody("h".repeat(66), "b".repeat(144))
                    .image(new UploadMessageImage(HERO, "a".repeat(150)))
                    .bulletPoints(Collections.nCopies(5, longest)));
            String url = "https://retention.example.com/";
            sandbox.configureRealtimeURL(new RealtimeUrlRequest(url + "u".repeat(256 - url.length())));
        });
        step("review", () -> {
            production.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            production.uploadMessage(MESSAGE, text().image(hero()));
            expect(production.getImageList(), images(image(HERO, ImageSize.FULL_SIZE, ImageState.PENDING)));
            expect(production.getMessageList(), messages(MessageState.PENDING));
            world.control("POST", "/reject", Map.of());
            expect(production.getImageList(), images(image(HERO, ImageSize.FULL_SIZE, ImageState.REJECTED)));
            expect(production.getMessageList(), messages(MessageState.REJECTED));
            approve(HERO);
            approve(MESSAGE);
            expect(production.getImageList(), images(image(HERO, ImageSize.FULL_SIZE, ImageState.APPROVED)));
            expect(production.getMessageList(), messages(MessageState.APPROVED));
        });
        step("default-message", () -> {
            production.uploadMessage(MESSAGE, text());
            approve(MESSAGE);
            production.configureDefaultMessage(PRODUCT, LOCALE, new DefaultConfigurationRequest(MESSAGE));
            expect(production.getDefaultMessage(PRODUCT, LOCALE), new DefaultConfigurationResponse(MESSAGE));
            production.deleteDefaultMessage(PRODUCT, LOCALE);
            production.deleteDefaultMessage(PRODUCT, LOCALE);
            refused(APIError.DEFAULT_MESSAGE_NOT_FOUND, () -> production.getDefaultMessage(PRODUCT, LOCALE));
        });
        step("realtime-url", () -> {
            sandbox.configureRealtimeURL(url());
            expect(sandbox.getRealtimeURL(), new RealtimeUrlResponse(world.realtimeUrl()));
            sandbox.deleteRealtimeURL();
            refused(APIError.REALTIME_URL_NOT_FOUND, () -> sandbox.getRealtimeURL());
        });
        step("passed-performance-test", () -> {
            PerformanceTestResultResponse ended = performanceTest();
            expect(ended.getResult(), PerformanceTestStatus.PASS);
            expect(ended.getSuccessRate(), 100);
            expect(ended.getNumPending(), 0);
            expect(ended.getFailures(), Map.of());
            expect(ended.getResponseTimes().getUnknownFields(), null);
            expect(ended.getResponseTimes().getAverage() >= 0, true);
            expect(ended.getResponseTimes().getP50() <= ended.getResponseTimes().getP99(), true);
            production.configureRealtimeURL(url());
            expect(production.getRealtimeURL(), new RealtimeUrlResponse(world.realtimeUrl()));
        });
        step("failed-performance-test", () -> {
            world.answers(500, new byte[0]);
            PerformanceTestResultResponse ended = performanceTest();
            expect(ended.getResult(), PerformanceTestStatus.FAIL);
            expect(ended.getSuccessRate(), 0);
            int requests = world.given.performanceTest.getTotalRequests().intValue();
            expect(ended.getFailures(), Map.of(SendAttemptResult.UNSUCCESSFUL_HTTP_RESPONSE_CODE, requests));
            refused(APIError.FORBIDDEN_NO_PASSING_TEST, () -> production.configureRealtimeURL(url()));
        });
        step("whole-life-in-production", () -> {
            production.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            production.uploadMessage(MESSAGE, text().image(hero()));
            approve(HERO);
            approve(MESSAGE);
            production.configureDefaultMessage(PRODUCT, LOCALE, new DefaultConfigurationRequest(MESSAGE));
            expect(performanceTest().getResult(), PerformanceTestStatus.PASS);
            production.configureRealtimeURL(url());
            expect(world.ask("production", CUSTOMER).path("shown").asText(), MESSAGE.toString());
            refused(APIError.IMAGE_IN_USE, () -> production.deleteImage(HERO));
            production.deleteRealtimeURL();
            production.deleteDefaultMessage(PRODUCT, LOCALE);
            production.deleteMessage(MESSAGE);
            production.deleteImage(HERO);
            expect(production.getMessageList(), messages());
            expect(production.getImageList(), images());
        });
        step("client-by-path", () -> {
            AppStoreServerAPIClient byPath = world.clientByPath();
            byPath.uploadImage(ICON, world.given.bulletPointImage, ImageSize.BULLET_POINT);
            expect(byPath.getImageList(), sandbox.getImageList());
            byPath.deleteImage(ICON);
            expect(sandbox.getImageList(), images());
        });
    }

    private void realtime() throws Exception {
        step("verified-in-the-sandbox", () -> verify("sandbox", Environment.SANDBOX));
        step("verified-in-production", () -> verify("production", Environment.PRODUCTION));
        step("verified-at-any-time", () -> {
            world.control("POST", "/clock", Map.of("now", 4_000_000_000_000L));
            world.ask("sandbox", CUSTOMER);
            expect(verified(Environment.SANDBOX).getSignedDate() >= 4_000_000_000_000L, true);
        });
        step("verified-by-no-other-root", () -> {
            world.ask("sandbox", CUSTOMER);
            expectStatus(VerificationStatus.INVALID_CHAIN, () -> world.verified(
                    Environment.SANDBOX, world.given.appAppleId, world.given.strangersRootCertificate));
        });
        step("verified-for-no-other-environment", () -> {
            world.ask("sandbox", CUSTOMER);
            expectStatus(VerificationStatus.INVALID_ENVIRONMENT, () -> verified(Environment.PRODUCTION));
        });
        step("verified-for-no-other-app", () -> {
            world.ask("production", CUSTOMER);
            expectStatus(VerificationStatus.INVALID_APP_IDENTIFIER, () -> world.verified(
                    Environment.PRODUCTION, world.given.appAppleId + 1, world.rootCertificate()));
        });
        step("answer-message", () -> answer("message", message()));
        step("answer-alternate-product", () -> answer("alternateProduct", new RealtimeResponseBody()
                .alternateProduct(new AlternateProduct().messageIdentifier(MESSAGE).productId("com.example.yearly"))));
        for (BillingPlanType type : BillingPlanType.values()) {
            step("answer-alternate-product-" + type, () -> answer("alternateProduct", new RealtimeResponseBody()
                    .alternateProduct(new AlternateProduct()
                            .messageIdentifier(MESSAGE).productId("com.example.yearly").billingPlanType(type))));
        }
        step("answer-promotional-offer-v1", () -> answer("promotionalOffer", new RealtimeResponseBody()
                .promotionalOffer(new PromotionalOffer()
                        .messageIdentifier(MESSAGE).promotionalOfferSignatureV1(signatureV1()))));
        step("answer-promotional-offer-v2", () -> answer("promotionalOffer", new RealtimeResponseBody()
                .promotionalOffer(new PromotionalOffer()
                        .messageIdentifier(MESSAGE).promotionalOfferSignatureV2(signatureV2()))));
        step("answer-advanced-commerce", () -> answer("advancedCommerceInfo", new RealtimeResponseBody()
                .advancedCommerceInfo(new AdvancedCommerceInfo()
                        .messageIdentifier(MESSAGE)
                        .advancedCommerceData(Base64.getEncoder().encodeToString("{}".getBytes())))));
    }

    private void refusals() throws Exception {
        // Apple's classes refuse what is too long themselves: such a message is made of its fields.
        refusal(APIError.GENERAL_BAD_REQUEST, () -> upload(Map.of("body", "b")));
        refusal(APIError.INVALID_TRANSACTION_ID, () -> testFor("invalid"));
        refusal(APIError.INVALID_PRODUCT_ID, () -> sandbox.getDefaultMessage("com.example.weekly", LOCALE));
        refusal(APIError.APP_TRANSACTION_ID_NOT_SUPPORTED_ERROR, () -> testFor("app-transaction"));
        refusal(APIError.INVALID_IMAGE, () -> sandbox.uploadImage(HERO, "GIF89a".getBytes(), ImageSize.FULL_SIZE));
        refusal(APIError.HEADER_TOO_LONG, () -> upload(Map.of("header", "h".repeat(67), "body", "b")));
        refusal(APIError.BODY_TOO_LONG, () -> upload(Map.of("header", "h", "body", "b".repeat(145))));
        refusal(APIError.INVALID_LOCALE, () -> sandbox.getDefaultMessage(PRODUCT, "en_US"));
        refusal(APIError.ALT_TEXT_TOO_LONG, () -> uploadWith(
                "image", Map.of("imageIdentifier", HERO, "altText", "a".repeat(151))));
        refusal(APIError.FAMILY_TRANSACTION_NOT_SUPPORTED_ERROR, () -> testFor("family-shared"));
        refusal(APIError.TRANSACTION_ID_IS_NOT_ORIGINAL_TRANSACTION_ID_ERROR, () -> testFor("renewal"));
        refusal(APIError.INVALID_PERFORMANCE_TEST_REQUEST, () -> sandbox.initiatePerformanceTest(TEST));
        refusal(APIError.INVALID_REQUEST_ID, () -> sandbox.getPerformanceTestResults("latest"));
        refusal(APIError.EXISTING_PERFORMANCE_TEST_RUN, () -> {
            sandbox.configureRealtimeURL(url());
            sandbox.initiatePerformanceTest(TEST);
            sandbox.initiatePerformanceTest(TEST);
        });
        refusal(APIError.BAD_REQUEST_REALTIME_URL, () -> sandbox.configureRealtimeURL(
                new RealtimeUrlRequest("http://retention.example.com")));
        refusal(APIError.BAD_REQUEST_IMAGE_SIZE, () -> {
            sandbox.uploadImage(HERO, world.given.bulletPointImage, ImageSize.BULLET_POINT);
            sandbox.uploadMessage(MESSAGE, text().image(hero()));
        });
        refusal(APIError.BAD_REQUEST_TOO_MANY_BULLET_POINTS, () -> uploadWith(
                "bulletPoints", Collections.nCopies(6, bulletPoint("One"))));
        refusal(APIError.BAD_REQUEST_BULLET_POINT_TEXT_TOO_LONG, () -> uploadWith(
                "bulletPoints", List.of(bulletPoint("t".repeat(67)))));
        refusal(APIError.BAD_REQUEST_ABOVE_IMAGE_REQUIRES_AN_IMAGE, () -> sandbox.uploadMessage(
                MESSAGE, text().headerPosition(HeaderPosition.ABOVE_IMAGE)));
        refusal(APIError.MAXIMUM_NUMBER_OF_IMAGES_REACHED, () -> {
            for (UUID identifier : List.of(HERO, ICON, MESSAGE)) {
                sandbox.uploadImage(identifier, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            }
        });
        refusal(APIError.MAXIMUM_NUMBER_OF_MESSAGES_REACHED, () -> {
            sandbox.uploadMessage(MESSAGE, text());
            sandbox.uploadMessage(NOTHING, text());
        });
        refusal(APIError.MESSAGE_NOT_APPROVED, () -> {
            production.uploadMessage(MESSAGE, text());
            production.configureDefaultMessage(PRODUCT, LOCALE, new DefaultConfigurationRequest(MESSAGE));
        });
        refusal(APIError.IMAGE_NOT_APPROVED, () -> {
            production.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            production.uploadMessage(MESSAGE, text().image(hero()));
            approve(MESSAGE);
            production.configureDefaultMessage(PRODUCT, LOCALE, new DefaultConfigurationRequest(MESSAGE));
        });
        refusal(APIError.IMAGE_IN_USE, () -> {
            sandbox.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            sandbox.uploadMessage(MESSAGE, text().image(hero()));
            sandbox.deleteImage(HERO);
        });
        refusal(APIError.FORBIDDEN_NO_PASSING_TEST, () -> production.configureRealtimeURL(url()));
        refusal(APIError.IMAGE_NOT_FOUND, () -> sandbox.deleteImage(NOTHING));
        refusal(APIError.MESSAGE_NOT_FOUND, () -> sandbox.deleteMessage(NOTHING));
        refusal(APIError.PERFORMANCE_TEST_RUN_NOT_FOUND, () -> sandbox.getPerformanceTestResults(NOTHING.toString()));
        refusal(APIError.DEFAULT_MESSAGE_NOT_FOUND, () -> sandbox.getDefaultMessage(PRODUCT, LOCALE));
        refusal(APIError.REALTIME_URL_NOT_FOUND, () -> sandbox.getRealtimeURL());
        refusal(APIError.IMAGE_ALREADY_EXISTS, () -> {
            sandbox.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
            sandbox.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
        });
        refusal(APIError.MESSAGE_ALREADY_EXISTS, () -> {
            sandbox.uploadMessage(MESSAGE, text());
            sandbox.uploadMessage(MESSAGE, text());
        });
        refusal(APIError.RATE_LIMIT_EXCEEDED, () -> {
            world.control("POST", "/rate-limits", Map.of("*", 0));
            sandbox.getMessageList();
        });
        refusal(APIError.GENERAL_INTERNAL, () -> {
            world.control("POST", "/fail-next", List.of(Map.of("errorCode", APIError.GENERAL_INTERNAL.errorCode())));
            sandbox.getMessageList();
        });
    }

    private void answersWithoutAnError() throws Exception {
        step("wrong-key", () -> {
            KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
            keys.initialize(new ECGenParameterSpec("secp256r1"));
            String key = Base64.getEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
            AppStoreServerAPIClient stranger = world.client(key, Environment.SANDBOX, world.given.sandboxUrl);
            bareStatus(401, stranger::getMessageList);
        });
        for (Map.Entry<String, Integer> fault : List.of(
                Map.entry("unauthenticated", 401), Map.entry("no-access", 404), Map.entry("bad-gateway", 502))) {
            step(fault.getKey(), () -> {
                world.control("POST", "/fail-next", List.of(Map.of("kind", fault.getKey())));
                bareStatus(fault.getValue(), () -> sandbox.getMessageList());
            });
        }
        step("performance-test-in-production", () -> bareStatus(404, () -> production.initiatePerformanceTest(TEST)));
    }

    /** One step, on an emulator that is as new. */
    private void step(String name, Call call) throws Exception {
        report(name, () -> {
            call.make();
            return "";
        });
    }

    /** A step that ends with an error of Apple's, which tells its sentence. */
    private void refusal(APIError error, Call call) throws Exception {
        report(error.name(), () -> refused(error, call).getApiErrorMessage());
    }

    private void report(String name, Act act) throws Exception {
        boolean ok = false;
        String detail;
        try {
            world.reset();
            world.answers(message());
            detail = act.run();
            ok = true;
        } catch (Exception | AssertionError failure) {
            detail = failure.toString();
        }
        byte[] line = World.FIELDS.writeValueAsBytes(Map.of("step", name, "ok", ok, "detail", detail));
        System.out.write(line, 0, line.length);
        System.out.println();
    }

    private static void expect(Object actual, Object expected) {
        if (!Objects.equals(actual, expected)) {
            throw new AssertionError("expected " + expected + ", got " + actual);
        }
    }

    private static APIException refused(Call call) throws Exception {
        try {
            call.make();
        } catch (APIException refused) {
            return refused;
        }
        throw new AssertionError("expected an error, got none");
    }

    private static APIException refused(APIError error, Call call) throws Exception {
        APIException refused = refused(call);
        expect(refused.getApiError(), error);
        expect(refused.getHttpStatusCode(), (int) (error.errorCode() / 10_000));
        return refused;
    }

    private static void bareStatus(int status, Call call) throws Exception {
        APIException refused = refused(call);
        expect(refused.getHttpStatusCode(), status);
        expect(refused.getRawApiError(), null);
    }

    private static void expectStatus(VerificationStatus status, Call call) throws Exception {
        try {
            call.make();
        } catch (VerificationException refused) {
            expect(refused.getStatus(), status);
            return;
        }
        throw new AssertionError("expected " + status + ", got a request that is believed");
    }

    private static UploadMessageRequestBody text() {
        return new UploadMessageRequestBody("Keep your streak", "Your friends are still here.");
    }

    /** What the developer's server answers unless told otherwise. */
    private static RealtimeResponseBody message() {
        return new RealtimeResponseBody().message(new Message().messageIdentifier(MESSAGE));
    }

    private static UploadMessageImage hero() {
        return new UploadMessageImage(HERO, "A flame");
    }

    private static Map<String, Object> bulletPoint(String text) {
        return Map.of("text", text, "imageIdentifier", ICON, "altText", "A flame");
    }

    private static GetImageListResponseItem image(UUID identifier, ImageSize size, ImageState state) {
        return new GetImageListResponseItem().imageIdentifier(identifier).imageSize(size).imageState(state);
    }

    private static GetImageListResponse images(GetImageListResponseItem... items) {
        return new GetImageListResponse().imageIdentifiers(List.of(items));
    }

    /** A list of the message in this state, or of none. */
    private static GetMessageListResponse messages(MessageState... states) {
        GetMessageListResponseItem[] items = new GetMessageListResponseItem[states.length];
        for (int index = 0; index < states.length; index++) {
            items[index] = new GetMessageListResponseItem().messageIdentifier(MESSAGE).messageState(states[index]);
        }
        return new GetMessageListResponse().messageIdentifiers(List.of(items));
    }

    private RealtimeUrlRequest url() {
        return new RealtimeUrlRequest(world.realtimeUrl());
    }

    private void approve(UUID identifier) throws Exception {
        world.control("POST", "/approve", Map.of("identifier", identifier));
    }

    private void uploadWithImages() throws Exception {
        sandbox.uploadImage(HERO, world.given.fullSizeImage, ImageSize.FULL_SIZE);
        sandbox.uploadImage(ICON, world.given.bulletPointImage, ImageSize.BULLET_POINT);
        BulletPoint bulletPoint = new BulletPoint("One", ICON, "A flame");
        sandbox.uploadMessage(MESSAGE, text()
                .image(hero())
                .headerPosition(HeaderPosition.ABOVE_IMAGE)
                .bulletPoints(Collections.nCopies(5, bulletPoint)));
    }

    private void upload(Map<String, ?> fields) throws Exception {
        sandbox.uploadMessage(MESSAGE, World.FIELDS.convertValue(fields, UploadMessageRequestBody.class));
    }

    private void uploadWith(String field, Object value) throws Exception {
        upload(Map.of("header", "h", "body", "b", field, value));
    }

    private void testFor(String kind) throws Exception {
        String transactions = "/sandbox/" + world.given.bundleId + "/transactions/";
        world.control("PUT", transactions + TRANSACTION, Map.of("kind", kind));
        sandbox.configureRealtimeURL(url());
        sandbox.initiatePerformanceTest(TEST);
    }

    /** The result of a performance test of the developer's server. */
    private PerformanceTestResultResponse performanceTest() throws Exception {
        sandbox.configureRealtimeURL(url());
        PerformanceTestResponse begun = sandbox.initiatePerformanceTest(TEST);
        expect(begun.getConfig(), world.given.performanceTest);
        expect(begun.getUnknownFields(), null);
        PerformanceTestResultResponse result = sandbox.getPerformanceTestResults(begun.getRequestId());
        expect(result.getResult(), PerformanceTestStatus.PENDING);
        while (result.getResult() == PerformanceTestStatus.PENDING) {
            expect(result.getConfig(), begun.getConfig());
            expect(result.getTarget(), world.realtimeUrl());
            expect(result.getUnknownFields(), null);
            Thread.sleep(50);
            result = sandbox.getPerformanceTestResults(begun.getRequestId());
        }
        return result;
    }

    private DecodedRealtimeRequestBody verified(Environment environment) throws Exception {
        return world.verified(environment, world.given.appAppleId, world.rootCertificate());
    }

    private void verify(String environment, Environment expected) throws Exception {
        JsonNode report = world.ask(environment, CUSTOMER);
        DecodedRealtimeRequestBody request = verified(expected);
        expect(request.getOriginalTransactionId(), TRANSACTION);
        expect(request.getProductId(), PRODUCT);
        expect(request.getUserLocale(), LOCALE);
        expect(request.getAppAppleId(), world.given.appAppleId);
        expect(request.getEnvironment(), expected);
        expect(request.getRequestIdentifier().toString(), report.path("requestIdentifier").asText());
        expect(request.getUnknownFields(), null);
        expect(Math.abs(request.getSignedDate() - System.currentTimeMillis()) < 60_000, true);
    }

    private PromotionalOfferSignatureV1 signatureV1() {
        World.Given given = world.given;
        UUID nonce = UUID.randomUUID();
        UUID account = UUID.randomUUID();
        long now = System.currentTimeMillis();
        String signature = new PromotionalOfferSignatureCreator(given.privateKey, given.keyId, given.bundleId)
                .createSignature(PRODUCT, "stay", account.toString(), nonce, now);
        return new PromotionalOfferSignatureV1(signature, PRODUCT, nonce, now, given.keyId, "stay")
                .appAccountToken(account);
    }

    private String signatureV2() {
        World.Given given = world.given;
        return new PromotionalOfferV2SignatureCreator(given.privateKey, given.keyId, given.issuerId, given.bundleId)
                .createSignature(PRODUCT, "stay", TRANSACTION);
    }

    /** The emulator shows the message of an answer that is made of Apple's classes. */
    private void answer(String variant, RealtimeResponseBody body) throws Exception {
        sandbox.uploadMessage(MESSAGE, text());
        world.answers(body);
        JsonNode report = world.ask("sandbox", CUSTOMER);
        expect(report.path("sendAttemptResult").asText(), SendAttemptResult.SUCCESS.getValue());
        expect(report.path("variant").asText(), variant);
        expect(report.path("shown").asText(), MESSAGE.toString());
        expect(report.path("source").asText(), "realtime");
    }
}
