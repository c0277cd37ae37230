// openapi-typescript writes by the API of TypeScript, which version 7 does not have yet: it gets a 6 of its own. An entry under
// packageExtensions (pnpm-workspace.yaml) is not enough, because it asks for our TypeScript as a peer.
module.exports = {
  hooks: {
    readPackage(pkg) {
      if (pkg.name !== 'openapi-typescript') return pkg;
      const { typescript: _, ...peerDependencies } = pkg.peerDependencies;
      return { ...pkg, peerDependencies, dependencies: { ...pkg.dependencies, typescript: '6.0.3' } };
    },
  },
};
