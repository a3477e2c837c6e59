import { awsPlanOf } from "../../../support/aws/plan";
import { registerWhole, type WholeAws } from "../../../support/aws/whole";
import { assertListing } from "../../../support/listing";

describe("the foundation on AWS", function () {
  this.timeout(60_000);
  let whole: WholeAws;

  before(async () => {
    whole = await registerWhole(
      awsPlanOf(
        ["eu-west-1", "us-east-1"],
        { database: {}, cache: {}, github: "example/meridian" },
        { apps: ["shop"] },
      ),
    );
  });

  it("is these resources, with these names, in these places", () => {
    assertListing(__dirname, "foundation", whole.registered);
  });
});
