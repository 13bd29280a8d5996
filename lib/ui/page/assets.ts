/** The files of the page. */

/** By name. */
export const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  "index.html": {
    type: "text/html",
    body:
      '<!doctype html><html lang="en"><meta charset="utf-8"><title>sfcrime</title><p>See /openapi.json.</html>\n',
  },
};
