#!/usr/bin/env node
/**
 * The command `engine`: asks whether this Node is new enough before any file is read that an older one could not parse.
 *
 * Plain JavaScript, since it must run on the Node that is too old; everything else comes with main.js, compiled.
 */
import { isSupportedNode, unsupportedNodeMessage } from './node-version.js';

/** Trouble of our own. Node's code for a crash is 1, and 1 is the answer "something was found". */
const EXIT_TROUBLE = 2;

if (isSupportedNode(process.versions.node)) {
  process.on('uncaughtException', (error) => {
    console.error(error);
    process.exit(EXIT_TROUBLE);
  });
  import('../main.js');
} else {
  process.stderr.write(unsupportedNodeMessage(process.versions.node));
  process.exitCode = EXIT_TROUBLE;
}
