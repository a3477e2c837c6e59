import { z } from "zod";
import { option } from "../../../infra/config/option";
import { at, valueAt } from "../../../infra/config/rawDiagnostic";
import { section } from "../../../infra/config/section";

export interface EchoConfig {
  /** The text that every echo answers with. */
  readonly text: string;
}

const schema = option(
  z
    .strictObject({
      text: option(z.string().min(1).max(20).optional(), "Text of the answers.", {
        expected: "a text of 20 characters at most",
        remedy: "Write text: hello, or leave it out.",
      }),
    })
    .optional(),
  "Echoes in each region. Default: none.",
  { expected: "a map of text", remedy: "Write echo: { text: hello }, or leave it out." },
);

/** `meridian:echo`. */
export const echoSection = section({
  options: { local: { echo: schema }, aws: { echo: schema } },
  check: (raw) =>
    valueAt(raw, at("echo", "text")) === valueAt(raw, at("traffic", "domain")) &&
    valueAt(raw, at("echo", "text")) !== undefined
      ? [
          {
            path: at("echo", "text"),
            expected: "another text than traffic.domain",
            remedy: "Write another text.",
          },
        ]
      : [],
  resolve: ({ echo }, stack): { readonly echo?: EchoConfig } =>
    echo === undefined ? {} : { echo: { text: echo.text ?? stack } },
});
