// openapi-typescript and kysely-codegen write by the API of TypeScript, which version 7 does not have yet: they get a 6 of their own.
// An entry under packageExtensions (pnpm-workspace.yaml) is not enough, because they (or what they ask for) take our TypeScript as a peer.
const WRITERS = new Set(['openapi-typescript', 'kysely-codegen']);

module.exports = {
  hooks: {
    readPackage(pkg) {
      if (!WRITERS.has(pkg.name)) return pkg;
      const { typescript: _, ...peerDependencies } = pkg.peerDependencies;
      return { ...pkg, peerDependencies, dependencies: { ...pkg.dependencies, typescript: '6.0.3' } };
    },
  },
};
