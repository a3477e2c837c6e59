// Command provider-kubernetes is the Pulumi Kubernetes provider, built from its published module.
//
// The module's own main package embeds two generated files that the module does not contain. The
// toolchain copies their sources (schema.json, terraform-mapping.json) out of the same module beside
// this file before it builds; see tools/toolchain/moduleCopies.ts.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
