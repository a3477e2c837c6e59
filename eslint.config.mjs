import tseslint from "typescript-eslint";

/** Files of a pure room: they decide, and know nothing of the engine that carries decisions out. */
const pureRooms = ["infra/plan/**/*.ts", "infra/manifests/**/*.ts"];

const noPulumi = {
  group: ["@pulumi/*", "**/resources/**", "**/tools/**"],
  message: "Plans and manifests are pure: no engine, no resources, no tools.",
};

export default tseslint.config(
  { ignores: ["node_modules/**", ".meridian/**"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-unused-expressions": "off",
      "max-lines": ["error", { max: 300 }],
      "no-restricted-imports": ["error", { patterns: [] }],
      // `require` loads a module when it is needed: the code runs as CommonJS.
      "@typescript-eslint/no-require-imports": "off",
    },
  },
  {
    files: ["infra/catalog/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^(?!\\./)", message: "The catalog holds facts: it imports nothing." },
          ],
        },
      ],
    },
  },
  { files: pureRooms, rules: { "no-restricted-imports": ["error", { patterns: [noPulumi] }] } },
  {
    // Configuration is read in one room only.
    files: ["infra/**/*.ts"],
    ignores: ["infra/config/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.property.name='Config'][callee.object.name='pulumi']",
          message: "Only infra/config reads configuration.",
        },
      ],
    },
  },
  {
    // mocha's describe/it return values that nobody awaits.
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
