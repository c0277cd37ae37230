// The web app's API types, made from /api/v1/openapi.json.
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { openApiDocument } from '../services/board/openApi.ts';

export async function webApiTypes(): Promise<string> {
  const document = await openApiDocument();
  // The document has each schema twice, once as input; no route takes these, and two types with one meaning mislead.
  const { schemas = {} } = ('components' in document && document.components) || {};
  const sent = Object.entries(schemas).filter(([name]) => !name.endsWith('Input'));
  const told = { ...document, components: { schemas: Object.fromEntries(sent) } };
  const types = await openapiTS(JSON.stringify(told), { immutable: true });
  return COMMENT_HEADER + astToString(types);
}
