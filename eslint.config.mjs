// Which room may import which: .dependency-cruiser.cjs.
import tseslint from "typescript-eslint";

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
      // `require` loads a module when it is needed: the code runs as CommonJS.
      "@typescript-eslint/no-require-imports": "off",
    },
  },
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
    // The command line runs from one compiled file in another folder (docs/adr/0025-compiled-command-line.md).
    files: [
      "infra/**/*.ts",
      "operations/**/*.ts",
      "cli/**/*.ts",
      "toolchain/**/*.ts",
      "services/**/*.ts",
    ],
    ignores: ["toolchain/repositoryRoot.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["__dirname", "__filename"].map((name) => ({
          name,
          message: "Use repositoryRoot: the compiled command line is in another folder.",
        })),
      ],
    },
  },
  {
    // mocha's describe/it return values that nobody awaits.
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off" },
  },
);
