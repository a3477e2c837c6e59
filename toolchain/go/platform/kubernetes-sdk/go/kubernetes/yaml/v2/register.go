// Package v2 takes the place of the generated SDK's package, which names every kind of Kubernetes: that is two
// thirds of the provider's build, and the provider needs this one function of it.
package v2

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// RegisterResource registers one object with the engine, by the type token of its API version and kind.
func RegisterResource(
	ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input, opts ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	var resource pulumi.CustomResourceState
	group := apiVersion
	if group == "v1" {
		// Tokens name the core group, which API versions do not.
		group = "core/v1"
	}
	token := "kubernetes:" + group + ":" + kind
	if err := ctx.RegisterResource(token, name, props, &resource, opts...); err != nil {
		return nil, err
	}
	return &resource, nil
}
